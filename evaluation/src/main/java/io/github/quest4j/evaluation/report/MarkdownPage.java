package io.github.quest4j.evaluation.report;

import io.github.quest4j.evaluation.report.Block.Cell;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Blocks as Markdown, without the pictures. */
final class MarkdownPage {

  private static final String SPECIAL = "\\`*_{}[]<>#|~&";

  private final StringBuilder out = new StringBuilder();

  private MarkdownPage() {}

  static String of(String title, List<Block> blocks) {
    MarkdownPage page = new MarkdownPage();
    page.out.append("# ").append(escaped(title)).append("\n\n");
    blocks.forEach(page::write);
    return page.out.toString().stripTrailing() + "\n";
  }

  private void write(Block block) {
    switch (block) {
      case Block.Heading h ->
          out.append("#".repeat(h.level())).append(' ').append(escaped(h.text())).append("\n\n");
      case Block.Paragraph p -> out.append(escaped(p.text())).append("\n\n");
      case Block.Table table -> write(table);
      case Block.Figures figures -> {} // they are in the page
      case Block.Details details when details.pageOnly() -> {}
      case Block.Details details -> {
        out.append("**").append(escaped(details.summary())).append("**\n\n");
        details.blocks().forEach(this::write);
      }
    }
  }

  private void write(Block.Table table) {
    out.append(escaped(table.caption())).append(":\n\n");
    List<String> rule = new ArrayList<>();
    for (int c = 0; c < table.head().size(); c++) {
      rule.add(c < table.text() ? "---" : "---:");
    }
    line(table.head().stream().map(MarkdownPage::escaped).toList());
    line(rule);
    table.rows().forEach(row -> line(row.stream().map(MarkdownPage::cell).toList()));
    out.append('\n');
  }

  private void line(List<String> cells) {
    out.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }

  private static String cell(Cell cell) {
    String text = escaped(cell.text());
    String first = cell.marked() && !text.isBlank() ? "**" + text.strip() + "**" : text;
    String below =
        cell.below().stream().map(MarkdownPage::escaped).collect(Collectors.joining("<br>"));
    return below.isEmpty() ? first : first + "<br>" + below;
  }

  private static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (SPECIAL.indexOf(c) >= 0) {
        escaped.append('\\').append(c);
      } else {
        escaped.append(c < ' ' ? ' ' : c);
      }
    }
    return escaped.toString();
  }
}
