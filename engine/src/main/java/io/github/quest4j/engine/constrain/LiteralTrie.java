package io.github.quest4j.engine.constrain;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Sets of byte strings with labels, as tries that share their nodes: adding a string leaves the set
 * it was added to as it was. A set is the state of its root.
 */
final class LiteralTrie implements Automaton {

  /** The set of nothing. */
  static final int EMPTY = 0;

  private static final int NODES_PER_STATE = 16; // of a table, by their sizes

  private record Node(byte[] octets, int[] children, int label) {}

  private final List<Node> nodes =
      new ArrayList<>(List.of(new Node(new byte[0], new int[0], NONE)));
  private final WorkBudget budget;

  LiteralTrie(WorkBudget budget) {
    this.budget = budget;
  }

  /** The set {@code root} and one string more; a string that is there already keeps its label. */
  int with(int root, byte[] text, int label) {
    int[] path = new int[text.length + 1];
    path[0] = root;
    for (int i = 0; i < text.length; i++) {
      int child = next(path[i], text[i] & 0xff);
      path[i + 1] = child == DEAD ? EMPTY : child;
    }
    Node last = nodes.get(path[text.length]);
    int made = add(new Node(last.octets, last.children, last.label == NONE ? label : last.label));
    for (int i = text.length - 1; i >= 0; i--) {
      made = add(withChild(nodes.get(path[i]), text[i] & 0xff, made));
    }
    return made;
  }

  private int add(Node node) {
    budget.spend(nodes.size() % NODES_PER_STATE == 0 ? 1 : 0);
    nodes.add(node);
    return nodes.size() - 1;
  }

  private static Node withChild(Node node, int octet, int child) {
    int at = find(node.octets, octet);
    if (at >= 0) {
      int[] children = node.children.clone();
      children[at] = child;
      return new Node(node.octets, children, node.label);
    }
    int n = node.octets.length;
    at = -at - 1;
    byte[] octets = Arrays.copyOf(node.octets, n + 1);
    int[] children = Arrays.copyOf(node.children, n + 1);
    System.arraycopy(octets, at, octets, at + 1, n - at);
    System.arraycopy(children, at, children, at + 1, n - at);
    octets[at] = (byte) octet;
    children[at] = child;
    return new Node(octets, children, node.label);
  }

  private static int find(byte[] octets, int octet) {
    int low = 0;
    int high = octets.length - 1;
    while (low <= high) {
      int middle = (low + high) / 2;
      int difference = (octets[middle] & 0xff) - octet;
      if (difference == 0) {
        return middle;
      }
      if (difference < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  @Override
  public int next(int state, int octet) {
    Node node = nodes.get(state);
    int at = find(node.octets, octet);
    return at < 0 ? DEAD : node.children[at];
  }

  @Override
  public int label(int state) {
    return nodes.get(state).label;
  }
}
