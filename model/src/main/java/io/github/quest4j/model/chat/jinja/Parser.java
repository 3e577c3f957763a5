package io.github.quest4j.model.chat.jinja;

import io.github.quest4j.model.chat.jinja.Node.Body;
import io.github.quest4j.model.chat.jinja.Token.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads statements. */
final class Parser {
  private final Tokens tokens;
  private final ExpressionParser expressions;
  private final Deque<String> openTags = new ArrayDeque<>();
  private final Deque<List<String>> endTags = new ArrayDeque<>();
  private final Set<String> blocks = new HashSet<>();
  private int loops;

  private Parser(String source) {
    tokens = new Tokens(Lexer.tokens(source));
    expressions = new ExpressionParser(tokens);
  }

  static Body parse(String source) {
    var parser = new Parser(source);
    return parser.statements(List.of());
  }

  /**
   * Statements up to one of the end tags, which becomes the current token; to the end where there
   * are none.
   */
  private Body statements(List<String> ends) {
    tokens.enter();
    endTags.push(ends);
    List<Node> nodes = new ArrayList<>();
    boolean ended = false;
    while (!ended && !tokens.at(Kind.END)) {
      Token token = tokens.next();
      switch (token.kind()) {
        case DATA -> nodes.add(new Node.Text(token.text()));
        case VARIABLE_BEGIN -> {
          nodes.add(new Node.Print(token.line(), List.of(expressions.tuple(true, null))));
          tokens.expect(Kind.VARIABLE_END);
        }
        default -> {
          ended = tokens.at(Kind.NAME) && ends.contains(tokens.current().text());
          if (!ended) {
            nodes.add(statement());
            tokens.expect(Kind.BLOCK_END);
          }
        }
      }
    }
    if (!ended && !ends.isEmpty()) {
      throw unknownTag(null);
    }
    endTags.pop();
    tokens.exit();
    return new Body(nodes);
  }

  /** A tag's body. */
  private Body body(String... ends) {
    tokens.skipOperator(":");
    tokens.expect(Kind.BLOCK_END);
    return statements(List.of(ends));
  }

  /** A tag's body and its end tag. */
  private Body bodyToEnd(String end) {
    Body body = body(end);
    tokens.next();
    return body;
  }

  /** A body that is a function of its own, so that no loop around it can be left from within. */
  private Body function(String end) {
    int outer = loops;
    loops = 0;
    Body body = bodyToEnd(end);
    loops = outer;
    return body;
  }

  private Node statement() {
    Token tag = tokens.current();
    if (tag.kind() != Kind.NAME) {
      throw tokens.fail("tag name expected");
    }
    openTags.push(tag.text());
    Node node =
        switch (tag.text()) {
          case "for" -> forLoop();
          case "if" -> condition();
          case "set" -> assignment();
          case "macro" -> macro();
          case "call" -> callBlock();
          case "filter" -> filterBlock();
          case "with" -> with();
          case "block" -> block();
          case "print" -> print();
          case "generation" -> generation();
          case "autoescape" -> autoescape();
          case "break", "continue" -> leave();
          case "include", "import", "from", "extends" ->
              throw tokens.fail(
                  "'" + tag.text() + "' is not possible: a chat template stands alone");
          default -> {
            openTags.pop();
            throw unknownTag(tag.text());
          }
        };
    openTags.pop();
    return node;
  }

  private TemplateError unknownTag(@Nullable String name) {
    var message = new StringBuilder();
    message.append(
        name == null ? "Unexpected end of template." : "Encountered unknown tag '" + name + "'.");
    List<String> looking = endTags.isEmpty() ? List.of() : endTags.peek();
    if (!looking.isEmpty()) {
      String wanted =
          looking.stream().map(tag -> "'" + tag + "'").collect(Collectors.joining(" or "));
      boolean misplaced = name != null && endTags.stream().anyMatch(tags -> tags.contains(name));
      message.append(
          misplaced
              ? " You probably made a nesting mistake. Jinja is expecting this tag, but currently looking for "
              : " Jinja was looking for the following tags: ");
      message.append(wanted).append('.');
    }
    if (!openTags.isEmpty()) {
      message.append(" The innermost block that needs to be closed is '" + openTags.peek() + "'.");
    }
    return tokens.fail(message.toString());
  }

  private Node forLoop() {
    int line = tokens.next().line();
    Expr target = expressions.target("in", false);
    tokens.expectName("in");
    Expr items = expressions.tuple(false, "recursive");
    Expr filter = tokens.skipName("if") ? expressions.expression() : null;
    boolean recursive = tokens.skipName("recursive");
    loops++;
    Body body = body("endfor", "else");
    loops--;
    Body otherwise = tokens.next().isName("endfor") ? Body.empty() : bodyToEnd("endfor");
    var loop = new Node.For(line, target, items, filter, recursive, body, otherwise);
    if (Scoping.assignsLoop(loop)) {
      throw new TemplateError("Can't assign to special loop variable in for-loop target", line);
    }
    return loop;
  }

  private Node condition() {
    List<Node.Branch> branches = new ArrayList<>();
    Body otherwise = Body.empty();
    while (true) {
      int line = tokens.next().line();
      Expr condition = expressions.tuple(false, null);
      branches.add(new Node.Branch(line, condition, body("elif", "else", "endif")));
      if (!tokens.atName("elif")) {
        break;
      }
    }
    if (tokens.next().isName("else")) {
      otherwise = bodyToEnd("endif");
    }
    return new Node.If(branches, otherwise);
  }

  private Node assignment() {
    int line = tokens.next().line();
    Expr target = expressions.target(null, true);
    if (tokens.skipOperator("=")) {
      return new Node.Assign(line, target, expressions.tuple(true, null));
    }
    Expr.Filter filter = tokens.skipOperator("|") ? expressions.filterChain() : null;
    return new Node.Capture(line, target, filter, bodyToEnd("endset"));
  }

  private Node.Parameters parameters() {
    tokens.expectOperator("(");
    List<String> names = new ArrayList<>();
    List<Expr> defaults = new ArrayList<>();
    while (!tokens.atOperator(")")) {
      if (!names.isEmpty()) {
        tokens.expectOperator(",");
      }
      names.add(tokens.expect(Kind.NAME).text());
      if (tokens.skipOperator("=")) {
        defaults.add(expressions.expression());
      } else if (!defaults.isEmpty()) {
        throw tokens.fail("non-default argument follows default argument");
      }
    }
    tokens.next();
    return new Node.Parameters(names, defaults);
  }

  private Node macro() {
    int line = tokens.next().line();
    String name = tokens.expect(Kind.NAME).text();
    Node.Parameters parameters = parameters();
    return new Node.MacroDefinition(line, name, parameters, function("endmacro"));
  }

  private Node callBlock() {
    int line = tokens.next().line();
    Node.Parameters parameters = tokens.atOperator("(") ? parameters() : Node.Parameters.NONE;
    if (!(expressions.expression() instanceof Expr.Call call)) {
      throw new TemplateError("expected call", line);
    }
    return new Node.CallBlock(line, parameters, call, function("endcall"));
  }

  private Node filterBlock() {
    int line = tokens.next().line();
    Expr.Filter filter = expressions.filterChain();
    return new Node.FilterBlock(line, filter, bodyToEnd("endfilter"));
  }

  private Node with() {
    int line = tokens.next().line();
    List<Expr> targets = new ArrayList<>();
    List<Expr> values = new ArrayList<>();
    while (!tokens.at(Kind.BLOCK_END)) {
      if (!targets.isEmpty()) {
        tokens.expectOperator(",");
      }
      targets.add(expressions.target(null, false));
      tokens.expectOperator("=");
      values.add(expressions.expression());
    }
    return new Node.With(line, targets, values, bodyToEnd("endwith"));
  }

  private Node block() {
    tokens.next();
    String name = tokens.expect(Kind.NAME).text();
    if (!blocks.add(name)) {
      throw tokens.fail("block '" + name + "' defined twice");
    }
    boolean scoped = tokens.skipName("scoped");
    tokens.skipName("required");
    Body body = function("endblock");
    tokens.skipName(name);
    return new Node.Block(name, scoped, body);
  }

  private Node print() {
    int line = tokens.next().line();
    List<Expr> values = new ArrayList<>();
    while (!tokens.at(Kind.BLOCK_END)) {
      if (!values.isEmpty()) {
        tokens.expectOperator(",");
      }
      values.add(expressions.expression());
    }
    return new Node.Print(line, values);
  }

  private Node generation() {
    tokens.next();
    return new Node.Generation(function("endgeneration"));
  }

  private Node autoescape() {
    int line = tokens.next().line();
    if (!(expressions.expression() instanceof Expr.Const flag) || Types.truth(flag.value())) {
      throw new TemplateError(
          "autoescape can only be turned off: chat templates are not HTML", line);
    }
    return new Node.With(line, List.of(), List.of(), bodyToEnd("endautoescape"));
  }

  private Node leave() {
    Token tag = tokens.next();
    if (loops == 0) {
      String reason =
          tag.text().equals("break") ? "'break' outside loop" : "'continue' not properly in loop";
      throw new TemplateError(reason, tag.line());
    }
    return tag.text().equals("break") ? new Node.Break() : new Node.Continue();
  }
}
