package io.github.quest4j.engine.constrain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds the tokens that may follow a reading by walking the trie. How far tokens lead inside one
 * block does not depend on what surrounds it, so that is found once for a state and kept; only the
 * places of the trie where the block ends are walked on from, with what follows it.
 *
 * <p>Thread-safe.
 */
final class Walks {

  private static final int KEPT = 1024; // of up to a bit per token

  private final TokenTrie trie;
  private final int vocabulary;
  private final Map<Key, Walk> kept =
      new LinkedHashMap<>(KEPT, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Key, Walk> eldest) {
          return size() > KEPT;
        }
      };

  private record Key(Automaton automaton, long state) {}

  /**
   * @param few the tokens that lead to states of the block, or null if they are many
   * @param many likewise
   * @param exits nodes below which there are more and where the block may end, each with its label
   */
  private record Walk(int @Nullable [] few, @Nullable TokenSet many, int[] exits) {}

  Walks(TokenTrie trie, int vocabulary) {
    this.trie = trie;
    this.vocabulary = vocabulary;
  }

  /** Adds the tokens that may follow a reading. */
  void addAllowed(Reading reading, TokenSet to) {
    fromRoot(reading.block(), reading.state(), reading.rest(), to, new int[trie.longest() + 1]);
  }

  private void fromRoot(Block block, int state, @Nullable Pending rest, TokenSet to, int[] states) {
    Walk walk = walk(block.automaton(), state);
    if (walk.few != null) {
      to.addAll(walk.few);
    }
    if (walk.many != null) {
      to.addAll(walk.many);
    }
    for (int i = 0; i < walk.exits.length; i += 2) {
      follow(walk.exits[i], block, walk.exits[i + 1], rest, to, states);
    }
  }

  /** Walks on below a node at which a block has ended. */
  private void follow(
      int node, Block ended, int label, @Nullable Pending rest, TokenSet to, int[] states) {
    Pending pending = Reading.after(ended, label, rest);
    if (pending == null) {
      return;
    }
    for (Block block : pending.part().blocks()) {
      if (node == TokenTrie.ROOT) {
        fromRoot(block, block.start(), pending.rest(), to, states);
      } else {
        below(node, block, pending.rest(), to, states);
      }
    }
  }

  private void below(int from, Block block, @Nullable Pending rest, TokenSet to, int[] states) {
    Automaton automaton = block.automaton();
    int depth = trie.depth(from);
    int outer = states[depth]; // of the block that ended here, whose walk goes on afterwards
    states[depth] = block.start();
    int node = from + 1;
    while (node < trie.end(from)) {
      int state = automaton.next(states[trie.depth(node) - 1], trie.octet(node));
      if (state == Automaton.DEAD) {
        node = trie.end(node);
        continue;
      }
      states[trie.depth(node)] = state;
      trie.addTokens(node, to);
      int label = automaton.label(state);
      if (label != Automaton.NONE && trie.end(node) > node + 1) {
        follow(node, block, label, rest, to, states);
      }
      node++;
    }
    states[depth] = outer;
  }

  private Walk walk(Automaton automaton, int state) {
    Key key = new Key(automaton, automaton.alike(state, trie.longest()));
    synchronized (kept) {
      Walk known = kept.get(key);
      if (known != null) {
        return known;
      }
    }
    Walk made = make(automaton, state);
    synchronized (kept) {
      kept.put(key, made);
    }
    return made;
  }

  private Walk make(Automaton automaton, int start) {
    TokenSet tokens = new TokenSet(vocabulary);
    int[] exits = new int[16];
    int size = 0;
    int[] states = new int[trie.longest() + 1];
    states[0] = start;
    if (automaton.label(start) != Automaton.NONE) {
      exits[size++] = TokenTrie.ROOT;
      exits[size++] = automaton.label(start);
    }
    int node = TokenTrie.ROOT + 1;
    while (node < trie.end(TokenTrie.ROOT)) {
      int state = automaton.next(states[trie.depth(node) - 1], trie.octet(node));
      if (state == Automaton.DEAD) {
        node = trie.end(node);
        continue;
      }
      states[trie.depth(node)] = state;
      trie.addTokens(node, tokens);
      int label = automaton.label(state);
      if (label != Automaton.NONE && trie.end(node) > node + 1) {
        exits = size == exits.length ? Arrays.copyOf(exits, 2 * size) : exits;
        exits[size++] = node;
        exits[size++] = label;
      }
      node++;
    }
    exits = Arrays.copyOf(exits, size);
    // A list is smaller than the bits where less than one token in 32 is in it.
    boolean few = tokens.size() < vocabulary / 32;
    return few ? new Walk(tokens.toArray(), null, exits) : new Walk(null, tokens, exits);
  }
}
