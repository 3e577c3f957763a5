package io.github.quest4j.engine.schedule;

import io.github.quest4j.attention.kv.OutOfPagesException;
import io.github.quest4j.attention.kv.PagePool;
import io.github.quest4j.engine.Engine;
import io.github.quest4j.engine.EngineException;
import io.github.quest4j.engine.FinishReason;
import io.github.quest4j.engine.prefix.PrefixCache;
import io.github.quest4j.engine.trace.Reading;
import io.github.quest4j.model.transformer.ForwardBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * The requests of a scheduler, and one step of them after the other. A step holds a decode row of
 * every sequence that writes, and a piece of the prompts that are read, in the order of arrival.
 * Used by the scheduler's thread alone.
 */
final class Batcher {

  /** Tokens that a sequence should have room to write before it is let in. */
  private static final int ROOM_TO_WRITE = 128;

  /** Pages that the prefix cache gives up at a time, so that no more go than must. */
  private static final int GIVEN_UP = 32;

  /** What a lane does in a step. */
  private record Share(Lane lane, ForwardBatch.Part part) {}

  private final Engine engine;
  private final SchedulerOptions options;
  private final PagePool pool;
  private final int pageSize;
  private final int longestPiece;
  private final PrefixCache prefix;
  private final Deque<Lane> waiting = new ArrayDeque<>(); // in the order of arrival
  private final List<Lane> running = new ArrayList<>(); // likewise
  private final Tally tally = new Tally();
  private final List<Runnable> ends = new ArrayList<>(); // to be told of

  Batcher(Engine engine, SchedulerOptions options) {
    this.engine = engine;
    this.options = options;
    this.pool = engine.pool();
    this.pageSize = pool.layout().pageSize();
    this.longestPiece = longestPiece(pool);
    this.prefix = new PrefixCache(pool);
  }

  /** Tokens after which a window still holds all pages of a piece, so that they can be kept. */
  private static int longestPiece(PagePool pool) {
    int piece = Integer.MAX_VALUE;
    for (int group = 0; group < pool.groups(); group++) {
      if (pool.window(group) > 0) {
        piece = Math.min(piece, Math.max(1, pool.window(group) - pool.layout().pageSize()));
      }
    }
    return piece;
  }

  void add(Lane lane) {
    waiting.addLast(lane);
  }

  boolean idle() {
    return waiting.isEmpty() && running.isEmpty();
  }

  /** Runs one step of what may run. */
  void step() {
    dropCancelled();
    admit();
    List<Share> shares = plan();
    while (!shares.isEmpty() && !hasRoom(shares)) {
      giveWay();
      shares = plan();
    }
    if (!shares.isEmpty()) {
      run(shares);
    }
    running.removeIf(Lane::ended);
  }

  private void dropCancelled() {
    for (Iterator<Lane> all = waiting.iterator(); all.hasNext(); ) {
      Lane lane = all.next();
      if (lane.ticket.cancelled()) {
        all.remove();
        cancel(lane);
      }
    }
    for (Lane lane : running) {
      if (lane.ticket.cancelled()) {
        cancel(lane);
      }
    }
    running.removeIf(Lane::ended);
  }

  private void cancel(Lane lane) {
    for (Lane sample : lane.all()) {
      finish(sample, FinishReason.CANCELLED);
      tally.cancelled++;
    }
  }

  private void count(Lane lane) {
    if (lane.begun()) {
      tally.read(lane.sequence().attention().counters());
    }
  }

  /** Lets in who came first, as long as there are places and pages. */
  private void admit() {
    while (!waiting.isEmpty()) {
      Lane lane = waiting.getFirst();
      int places = running.stream().mapToInt(Lane::places).sum() + lane.places();
      if (places > options.running() || !hasRoomFor(lane)) {
        return;
      }
      running.add(waiting.removeFirst());
    }
  }

  private boolean hasRoomFor(Lane lane) {
    int found = options.prefixCache() ? prefix.peek(lane.prompt, fromCache(lane)) : 0;
    long tokens =
        (long) Math.min(lane.wanted(engine.context()), lane.size() + ROOM_TO_WRITE) - found;
    for (Lane other : running) {
      tokens += Math.max(0, other.prompt.length - other.length());
    }
    int wanted = (int) Math.min(Integer.MAX_VALUE, tokens);
    while (!pool.hasRoom(wanted, options.piece())) {
      if (prefix.release(GIVEN_UP) == 0) {
        return running.isEmpty(); // alone it may have what there is
      }
    }
    return true;
  }

  /** Tokens of a prompt that may come from the prefix cache: one at least must be read. */
  private int fromCache(Lane lane) {
    return options.prefixCache() && !lane.how.observesPrompt() ? lane.dense - 1 : 0;
  }

  private List<Share> plan() {
    List<Share> shares = new ArrayList<>();
    for (Lane lane : running) {
      if (lane.begun() && !lane.reading()) {
        boolean last = lane.length() == lane.size() - 1;
        shares.add(
            new Share(
                lane,
                new ForwardBatch.Part(
                    lane.sequence().attention(),
                    new int[] {lane.nextToken()},
                    0,
                    1,
                    ForwardBatch.Kind.DECODE,
                    last ? ForwardBatch.Logits.LAST : ForwardBatch.Logits.NONE)));
      }
    }
    int budget = Math.min(engine.piece(), longestPiece);
    if (!shares.isEmpty()) {
      budget = Math.min(budget, options.piece());
    }
    List<Lane> readers = new ArrayList<>();
    for (Lane lane : running) {
      if (budget > 0 && (!lane.begun() || lane.reading())) {
        if (!lane.begun() && !begin(lane, readers)) {
          continue;
        }
        int length = lane.length();
        int piece = Math.min(budget, lane.dense - length);
        boolean last = length + piece == lane.size();
        shares.add(
            new Share(
                lane,
                new ForwardBatch.Part(
                    lane.sequence().attention(),
                    lane.prompt,
                    length,
                    piece,
                    ForwardBatch.Kind.PREFILL,
                    last ? ForwardBatch.Logits.LAST : ForwardBatch.Logits.NONE)));
        readers.add(lane);
        budget -= piece;
      }
    }
    return shares;
  }

  /**
   * Opens the sequence of a lane with what the prefix cache has of its prompt; not while another
   * one reads pages that it could share in a moment.
   */
  private boolean begin(Lane lane, List<Lane> readers) {
    int limit = fromCache(lane);
    int found = limit == 0 ? 0 : prefix.peek(lane.prompt, limit);
    for (Lane reader : readers) {
      if (commonTokens(reader, lane, limit) >= found + pageSize) {
        return false;
      }
    }
    if (limit == 0) {
      lane.begin(engine.sequence(lane.how), 0);
    } else {
      PrefixCache.Hit hit = prefix.find(lane.prompt, limit);
      lane.begin(engine.sequence(lane.how, hit.pages()), hit.tokens());
    }
    return true;
  }

  private int commonTokens(Lane reader, Lane lane, int limit) {
    int most = Math.min(limit, reader.dense);
    int common = 0;
    while (common < most && reader.prompt[common] == lane.prompt[common]) {
      common++;
    }
    return common / pageSize * pageSize;
  }

  /** Whether there are pages for a step; those of the prefix cache are given up for it. */
  private boolean hasRoom(List<Share> shares) {
    int pages = 0;
    for (Share share : shares) {
      pages += share.lane().sequence().attention().cache().pagesToExtend(share.part().count());
    }
    while (!pool.hasRoom(pages)) {
      if (prefix.release(GIVEN_UP) == 0) {
        return false;
      }
    }
    return true;
  }

  /** There are no pages: the youngest is set back, or fails where it is the only one. */
  private void giveWay() {
    List<Lane> holders = running.stream().filter(Lane::begun).toList();
    Lane youngest = holders.getLast();
    if (holders.size() == 1) {
      fail(
          youngest,
          new EngineException(
              "the memory for pages is full after "
                  + youngest.length()
                  + " tokens: raise the limit of the KV cache, now "
                  + engine.options().kvLimit()
                  + " bytes"));
      running.removeIf(Lane::ended);
      return;
    }
    count(youngest);
    youngest.setBack();
    running.remove(youngest);
    waiting.addFirst(youngest);
    tally.setBack++;
  }

  /** Fails a request with all its samples. */
  private void fail(Lane lane, RuntimeException cause) {
    if (lane.ended()) {
      return;
    }
    for (List<Lane> some : List.of(List.copyOf(running), List.copyOf(waiting))) {
      for (Lane other : some) {
        if (other.ticket.equals(lane.ticket)) {
          count(other);
          tally.failed += other.places();
          other.all().forEach(Lane::end);
        }
      }
    }
    waiting.removeIf(Lane::ended);
    ends.add(() -> lane.ticket.tell(new Ticket.Event.Failed(cause)));
  }

  private void run(List<Share> shares) {
    ForwardBatch batch = new ForwardBatch();
    List<Share> parts = new ArrayList<>(shares); // in the order of the batch: prompts first
    parts.sort(Comparator.comparing(share -> share.part().kind()));
    parts.forEach(share -> batch.add(share.part()));
    try {
      engine.forward(
          batch,
          (part, token, logits) -> {
            wasRead(parts.get(part));
            if (!parts.get(part).lane().ended()) { // with another sample of its request
              draw(parts.get(part).lane(), logits);
            }
          });
    } catch (EngineException e) {
      if (!(e.getCause() instanceof OutOfPagesException)) {
        throw e;
      }
      giveWay(); // somebody else who uses the engine was faster
      return;
    }
    tally.steps++;
    tally.decodeRows += batch.rows().decode();
    tally.promptTokens += batch.rows().prefill();
    for (Share share : parts) {
      if (share.part().logits() == ForwardBatch.Logits.NONE) {
        wasRead(share);
      }
    }
  }

  /** A piece of a prompt is in the cache. */
  private void wasRead(Share share) {
    Lane lane = share.lane();
    if (share.part().kind() != ForwardBatch.Kind.PREFILL || lane.ended()) {
      return;
    }
    int from = share.part().from();
    int to = from + share.part().count();
    if (options.prefixCache()) {
      prefix.put(lane.sequence().attention().cache(), lane.prompt, from / pageSize, to / pageSize);
    }
    lane.ticket.tell(new Ticket.Event.Progress(to, lane.prompt.length, lane.cached()));
  }

  /** Logits have come for a lane, and for the samples that part from it here. */
  private void draw(Lane lane, float[] logits) {
    Optional<Reading> reading = lane.trace();
    List<Lane> samples = new ArrayList<>(lane.split());
    running.addAll(running.indexOf(lane) + 1, samples);
    samples.addFirst(lane);
    for (Lane sample : samples) {
      try {
        sample.draw(logits, reading);
      } catch (RuntimeException e) { // of one text: the others of the step go on
        fail(sample, e);
        return;
      }
      tally.generatedTokens++;
      sample.end(engine.context()).ifPresent(reason -> end(sample, reason));
    }
  }

  private void end(Lane lane, FinishReason reason) {
    finish(lane, reason);
    tally.finished++;
  }

  private void finish(Lane lane, FinishReason reason) {
    count(lane);
    Ticket.Event event = lane.finish(reason);
    ends.add(() -> lane.ticket.tell(event));
  }

  /** Tells of the requests that have ended, now that the counts know of them. */
  void tellEnds() {
    ends.forEach(Runnable::run);
    ends.clear();
  }

  /** Fails all that runs: a step went wrong, and nobody knows for whom. */
  void failAll(RuntimeException cause) {
    List.copyOf(running).forEach(lane -> fail(lane, cause));
    running.removeIf(Lane::ended);
  }

  /** Ends everything without an answer. */
  void close(RuntimeException cause) {
    failAll(cause);
    List.copyOf(waiting).forEach(lane -> fail(lane, cause));
    prefix.close();
  }

  SchedulerStats stats() {
    int places = running.stream().mapToInt(Lane::places).sum();
    return tally.stats(places, waiting.size(), pool, engine.options().kvLimit(), prefix.stats());
  }
}
