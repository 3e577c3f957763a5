package io.github.quest4j.engine.constrain;

import io.github.quest4j.model.tokenizer.Tokenizer;
import java.util.Arrays;

/**
 * The tokens that are text, by their bytes. Nodes are numbered in depth-first order, so that the
 * nodes below one are the range {@code (node, end(node))}, and its tokens a range as well.
 */
final class TokenTrie {

  static final int ROOT = 0;

  private final byte[] octets; // [nodes], the last byte of a node
  private final int[] ends; // [nodes]
  private final int[] depths; // [nodes]
  private final int[] firsts; // [nodes + 1], into tokens
  private final int[] tokens; // text tokens in the order of their bytes
  private final int longest;

  TokenTrie(Tokenizer tokenizer) {
    int size = tokenizer.size();
    byte[][] texts = new byte[size][];
    Integer[] order = new Integer[size];
    int count = 0;
    for (int id = 0; id < size; id++) {
      // An end-of-generation token ends the text even where a file calls it a piece of text.
      boolean text = !tokenizer.isControl(id) && !tokenizer.isEndOfGeneration(id);
      texts[id] = text ? tokenizer.bytes(id) : new byte[0];
      if (texts[id].length > 0) {
        order[count++] = id;
      }
    }
    Arrays.sort(order, 0, count, (a, b) -> Arrays.compareUnsigned(texts[a], texts[b]));
    tokens = new int[count];
    int nodes = 1;
    byte[] before = {};
    for (int i = 0; i < count; i++) {
      tokens[i] = order[i];
      byte[] text = texts[tokens[i]];
      nodes += text.length - common(before, text);
      before = text;
    }
    octets = new byte[nodes];
    ends = new int[nodes];
    depths = new int[nodes];
    firsts = new int[nodes + 1];
    longest = fill(texts);
  }

  private static int common(byte[] a, byte[] b) {
    int mismatch = Arrays.mismatch(a, b);
    return mismatch < 0 ? a.length : mismatch;
  }

  private int fill(byte[][] texts) {
    int most = 0;
    for (int token : tokens) {
      most = Math.max(most, texts[token].length);
    }
    int[] path = new int[most + 1];
    int depth = 0;
    int nodes = 1;
    byte[] before = {};
    for (int i = 0; i < tokens.length; i++) {
      byte[] text = texts[tokens[i]];
      int common = common(before, text);
      while (depth > common) {
        ends[path[depth--]] = nodes;
      }
      while (depth < text.length) {
        firsts[nodes] = i;
        octets[nodes] = text[depth++];
        depths[nodes] = depth;
        path[depth] = nodes++;
      }
      before = text;
    }
    while (depth >= 0) {
      ends[path[depth--]] = nodes;
    }
    firsts[nodes] = tokens.length;
    return most;
  }

  /** Bytes of the longest token. */
  int longest() {
    return longest;
  }

  /** The node after the last one below this. */
  int end(int node) {
    return ends[node];
  }

  /** Bytes from the root. */
  int depth(int node) {
    return depths[node];
  }

  /** The byte that leads to a node, 0 to 255. */
  int octet(int node) {
    return octets[node] & 0xff;
  }

  /** Adds the tokens that end at a node. */
  void addTokens(int node, TokenSet to) {
    for (int i = firsts[node]; i < firsts[node + 1]; i++) {
      to.add(tokens[i]);
    }
  }

  /** Whether some token is this one byte. */
  boolean hasByte(int octet) {
    for (int node = 1; node < ends[ROOT]; node = ends[node]) {
      if (octet(node) == octet) {
        return firsts[node] < firsts[node + 1];
      }
    }
    return false;
  }
}
