package io.github.quest4j.model.tokenizer;

import java.nio.charset.StandardCharsets;

/**
 * Finds special tokens in a text as llama.cpp does: the longest token takes all its places first,
 * from left to right, then the next longest takes its places in what is left, and so on. A walk
 * through a trie first tells which tokens occur at all, for a vocabulary may have thousands.
 */
final class SpecialTokenFinder {
  private final TokenAttributes attributes;
  private final int[] ids; // [specials], longest first
  private final String[] texts; // [specials]

  // The trie: nodes in three arrays, children of a node linked by sibling. Node 0 is the root.
  private int nodes = 1;
  private final char[] label;
  private final int[] child;
  private final int[] sibling;
  private final int[] special; // index into ids + 1, 0 if no token ends here

  SpecialTokenFinder(TokenAttributes attributes, PieceIndex index) {
    this.attributes = attributes;
    ids = attributes.specials();
    texts = new String[ids.length];
    int chars = 1;
    for (int i = 0; i < ids.length; i++) {
      texts[i] = new String(index.piece(ids[i]), StandardCharsets.UTF_8);
      chars = Math.addExact(chars, texts[i].length());
    }
    label = new char[chars];
    child = new int[chars];
    sibling = new int[chars];
    special = new int[chars];
    for (int i = ids.length - 1; i >= 0; i--) {
      insert(texts[i], i);
    }
  }

  private void insert(String text, int i) {
    int node = 0;
    for (int at = 0; at < text.length(); at++) {
      int next = step(node, text.charAt(at));
      if (next == 0) {
        next = nodes++;
        label[next] = text.charAt(at);
        sibling[next] = child[node];
        child[node] = next;
      }
      node = next;
    }
    special[node] = i + 1;
  }

  private int step(int node, char c) {
    int next = child[node];
    while (next != 0 && label[next] != c) {
      next = sibling[next];
    }
    return next;
  }

  /**
   * Cuts a text.
   *
   * @param all whether control tokens and the unknown token are looked for as well as user-defined
   *     ones
   */
  Fragments split(String text, boolean all) {
    Fragments fragments = Fragments.whole(text.length());
    boolean[] present = occurring(text);
    for (int i = 0; i < ids.length; i++) {
      if (present[i]
          && (all || !attributes.is(ids[i], TokenAttributes.CONTROL | TokenAttributes.UNKNOWN))) {
        fragments = cut(fragments, text, i);
      }
    }
    return fragments;
  }

  private boolean[] occurring(String text) {
    boolean[] present = new boolean[ids.length];
    if (ids.length == 0) {
      return present;
    }
    for (int from = 0; from < text.length(); from++) {
      int node = 0;
      for (int at = from; at < text.length(); at++) {
        node = step(node, text.charAt(at));
        if (node == 0) {
          break;
        }
        if (special[node] != 0) {
          present[special[node] - 1] = true;
        }
      }
    }
    return present;
  }

  private Fragments cut(Fragments fragments, String text, int special) {
    String mark = texts[special];
    boolean stripLeft = attributes.is(ids[special], TokenAttributes.STRIP_LEFT);
    boolean stripRight = attributes.is(ids[special], TokenAttributes.STRIP_RIGHT);
    Fragments cut = new Fragments(fragments.size() + 2);
    for (int i = 0; i < fragments.size(); i++) {
      int from = fragments.from(i);
      int to = fragments.to(i);
      if (fragments.token(i) != Fragments.TEXT) {
        cut.add(from, to, fragments.token(i));
        continue;
      }
      int at = text.indexOf(mark, from, to);
      while (at >= 0) {
        int left = at;
        while (stripLeft && left > from && isAsciiSpace(text.charAt(left - 1))) {
          left--;
        }
        cut.addText(from, left);
        from = at + mark.length();
        cut.add(at, from, ids[special]);
        while (stripRight && from < to && isAsciiSpace(text.charAt(from))) {
          from++;
        }
        at = text.indexOf(mark, from, to);
      }
      cut.addText(from, to);
    }
    return cut;
  }

  private static boolean isAsciiSpace(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }
}
