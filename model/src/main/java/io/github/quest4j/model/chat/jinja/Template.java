package io.github.quest4j.model.chat.jinja;

import java.time.LocalDateTime;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A parsed Jinja template. Immutable, so that one may be rendered by many threads. */
public final class Template {
  private static final int MAX_SOURCE = 4 << 20;

  private final Node.Body body;
  private final Scoping scoping;

  static {
    // Here, where the stack is shallow: a class whose initialiser overflows the stack stays
    // unusable.
    Filters.exists("");
    Tests.exists("");
    TextMethods.find("", "");
    DictMethods.find(new DictValue(), "");
    ListMethods.find(new ListValue(), "");
  }

  private Template(Node.Body body) {
    this.body = body;
    this.scoping = Scoping.of(body);
  }

  /**
   * Parses a template.
   *
   * @throws TemplateError with the line, where the source is not a template
   */
  public static Template parse(String source) {
    if (source.length() > MAX_SOURCE) {
      throw new TemplateError(
          "the template is too long: %d characters, at most %d"
              .formatted(source.length(), MAX_SOURCE));
    }
    try {
      return new Template(Parser.parse(source));
    } catch (StackOverflowError e) {
      throw new TemplateError("the template nests too deeply for this thread's stack");
    }
  }

  /**
   * Renders the template.
   *
   * @param variables plain Java: Map, Collection, String, Number, Boolean, null
   * @param now what {@code strftime_now} tells
   * @throws Raised where the template calls {@code raise_exception}
   * @throws TemplateError for every other failure, a limit included
   * @throws IllegalArgumentException for a variable that is not plain Java
   */
  public String render(
      Map<String, ? extends @Nullable Object> variables, LocalDateTime now, Limits limits) {
    var r = new Rendering(limits, now);
    try {
      Scope given = new Scope(Globals.scope());
      variables.forEach((name, value) -> given.set(name, JavaValues.convert(value, r)));
      Scope global = Scope.inside(given, scoping.unassigned(body));
      var out = new Output(r);
      new Interpreter(scoping, r, global).run(body, global, out);
      return out.toString();
    } catch (TemplateError e) {
      throw e.at(r.line);
    } catch (StackOverflowError e) {
      throw new TemplateError("the template nests too deeply for this thread's stack", r.line);
    }
  }
}
