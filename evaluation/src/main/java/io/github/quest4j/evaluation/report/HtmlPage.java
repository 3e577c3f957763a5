package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.report.Block.Cell;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Blocks as one page that needs nothing else. */
final class HtmlPage {

  private final Markup out = new Markup();
  private int anchors;

  private HtmlPage() {}

  static String of(String title, List<Block> blocks) {
    HtmlPage page = new HtmlPage();
    page.write(title, blocks);
    return "<!DOCTYPE html>\n" + page.out + "\n";
  }

  private void write(String title, List<Block> blocks) {
    out.open("html", "lang", "en").open("head");
    out.empty("meta", "charset", "utf-8");
    out.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    out.element("title", title);
    out.element("style", style()).close();
    out.open("body").open("main").element("h1", title);
    contents(blocks);
    blocks.forEach(this::write);
    out.close().close().close();
  }

  private void contents(List<Block> blocks) {
    int i = 0;
    out.open("nav");
    for (Block block : blocks) {
      if (block instanceof Block.Heading heading && heading.level() == 2) {
        out.element("a", heading.text(), "href", "#s" + i++);
      }
    }
    out.close();
  }

  private void write(Block block) {
    switch (block) {
      case Block.Heading h when h.level() == 2 ->
          out.element("h2", h.text(), "id", "s" + anchors++);
      case Block.Heading h -> out.element("h" + h.level(), h.text());
      case Block.Paragraph p -> out.element("p", p.text());
      case Block.Table table -> write(table);
      case Block.Figures figures -> {
        out.open("div", "class", "figures");
        figures.figures().forEach(this::write);
        out.close();
      }
      case Block.Details details -> {
        out.open("details").element("summary", details.summary());
        details.blocks().forEach(this::write);
        out.close();
      }
    }
  }

  private void write(Block.Figure figure) {
    out.open("figure").element("figcaption", figure.caption());
    figure.drawing().draw(out, figure.caption());
    out.close();
  }

  private void write(Block.Table table) {
    out.open("div", "class", "table", "tabindex", "0").open("table");
    out.element("caption", table.caption());
    if (!table.head().stream().allMatch(String::isEmpty)) {
      out.open("thead").open("tr");
      for (int c = 0; c < table.head().size(); c++) {
        out.element("th", table.head().get(c), "scope", "col", "class", kind(table, c));
      }
      out.close().close();
    }
    out.open("tbody");
    for (List<Cell> row : table.rows()) {
      out.open("tr", "class", row.getFirst().marked() ? "marked" : "plain");
      for (int c = 0; c < row.size(); c++) {
        if (c == 0) {
          out.open("th", "scope", "row", "class", kind(table, c));
        } else {
          out.open("td", "class", kind(table, c));
        }
        out.text(row.get(c).text());
        row.get(c).below().forEach(line -> out.element("small", line));
        out.close();
      }
      out.close();
    }
    out.close().close().close();
  }

  private static String kind(Block.Table table, int column) {
    return column < table.text() ? "word" : "number";
  }

  private static String style() {
    try (InputStream in = HtmlPage.class.getResourceAsStream("report.css")) {
      if (in == null) {
        throw new IllegalStateException("report.css is not in the jar");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
