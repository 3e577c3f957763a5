package io.github.quest4j.evaluation.report;

import java.io.StringWriter;
import java.util.Locale;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/**
 * Elements and text of a page. The JDK's XML writer escapes all text and attributes, so nothing
 * that a model answers can become markup.
 */
final class Markup {

  private final StringWriter written = new StringWriter();
  private final XMLStreamWriter out;

  Markup() {
    try {
      out = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(written);
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Opens an element.
   *
   * @param attributes names and values in turn; fractions are rounded to a tenth
   */
  Markup open(String tag, Object... attributes) {
    try {
      out.writeStartElement(tag);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An element that holds nothing. */
  Markup empty(String tag, Object... attributes) {
    try {
      out.writeEmptyElement(tag);
      attributes(attributes);
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An element that holds text only. */
  Markup element(String tag, String text, Object... attributes) {
    return open(tag, attributes).text(text).close();
  }

  Markup text(String text) {
    try {
      out.writeCharacters(printable(text));
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Closes the element opened last. */
  Markup close() {
    try {
      out.writeEndElement();
      return this;
    } catch (XMLStreamException e) {
      throw new IllegalStateException(e);
    }
  }

  /** All that was written. */
  @Override
  public String toString() {
    return written.toString();
  }

  private void attributes(Object[] attributes) throws XMLStreamException {
    for (int i = 0; i < attributes.length; i += 2) {
      out.writeAttribute(attributes[i].toString(), printable(value(attributes[i + 1])));
    }
  }

  private static String value(Object value) {
    if (!(value instanceof Double number)) {
      return value.toString();
    }
    String text = String.format(Locale.ROOT, "%.1f", number);
    return text.endsWith(".0") ? text.substring(0, text.length() - 2) : text;
  }

  /** Neither XML nor HTML can hold control characters. */
  private static String printable(String text) {
    StringBuilder kept = new StringBuilder(text.length());
    text.codePoints().map(c -> control(c) ? 0xFFFD : c).forEach(kept::appendCodePoint);
    return kept.toString();
  }

  private static boolean control(int c) {
    return c < ' ' && c != '\n' && c != '\t' || c >= 0x7F && c < 0xA0 || c >= 0xD800 && c < 0xE000;
  }
}
