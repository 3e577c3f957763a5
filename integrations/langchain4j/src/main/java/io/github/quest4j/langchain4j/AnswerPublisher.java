package io.github.quest4j.langchain4j;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatModelStreamingEvent;
import dev.langchain4j.model.chat.response.CompleteResponse;
import dev.langchain4j.model.chat.response.CompleteToolCall;
import dev.langchain4j.model.chat.response.PartialResponse;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Flow;

/** Publishes answers to a request, another one to each subscriber. */
final class AnswerPublisher implements Flow.Publisher<ChatModelStreamingEvent> {

  private static final System.Logger LOG = System.getLogger("io.github.quest4j.langchain4j");

  private final Chat chat;
  private final ChatRequest request;

  AnswerPublisher(Chat chat, ChatRequest request) {
    this.chat = chat;
    this.request = request;
  }

  @Override
  public void subscribe(Flow.Subscriber<? super ChatModelStreamingEvent> subscriber) {
    Objects.requireNonNull(subscriber, "subscriber");
    Subscription subscription = new Subscription(subscriber);
    subscriber.onSubscribe(subscription);
    Thread.ofVirtual().name("quest-chat").start(subscription);
  }

  /** One subscriber's answer, and what it has asked for. */
  private final class Subscription implements Flow.Subscription, Runnable {

    private final Flow.Subscriber<? super ChatModelStreamingEvent> subscriber;
    private final Object monitor = new Object();
    private long asked; // events that may yet be told, guarded by monitor
    private boolean malformed; // a request was not positive, guarded by monitor
    private boolean cancelled; // guarded by monitor
    private Optional<Answer> answer = Optional.empty(); // guarded by monitor

    Subscription(Flow.Subscriber<? super ChatModelStreamingEvent> subscriber) {
      this.subscriber = subscriber;
    }

    @Override
    public void request(long n) {
      synchronized (monitor) {
        if (n <= 0) {
          malformed = true;
        } else {
          asked = asked + n < 0 ? Long.MAX_VALUE : asked + n;
        }
        monitor.notifyAll();
      }
    }

    @Override
    public void cancel() {
      synchronized (monitor) {
        cancelled = true;
        answer.ifPresent(Answer::cancel);
        monitor.notifyAll();
      }
    }

    @Override
    public void run() {
      try (Answer running = chat.submit(request)) {
        synchronized (monitor) {
          answer = Optional.of(running);
        }
        boolean more = true;
        while (more && !isCancelled()) {
          for (Answer.Piece piece : running.next()) {
            awaitDemand();
            guarded(() -> subscriber.onNext(event(piece)));
            more = more && !(piece instanceof Answer.Piece.End);
          }
        }
        guarded(subscriber::onComplete);
      } catch (InterruptedException e) {
        guarded(() -> subscriber.onError(Errors.interrupted(e)));
      } catch (RuntimeException e) {
        guarded(() -> subscriber.onError(e));
      }
    }

    private boolean isCancelled() {
      synchronized (monitor) {
        return cancelled;
      }
    }

    private void awaitDemand() throws InterruptedException {
      synchronized (monitor) {
        while (asked == 0 && !cancelled && !malformed) {
          monitor.wait();
        }
        if (malformed && !cancelled) {
          throw new IllegalArgumentException(
              "a subscriber must ask for a positive number of events");
        }
        asked--;
      }
    }

    /** Tells the subscriber unless it has cancelled; one that throws has. */
    private void guarded(Runnable told) {
      if (isCancelled()) {
        return;
      }
      try {
        told.run();
      } catch (RuntimeException e) {
        LOG.log(System.Logger.Level.WARNING, "a subscriber threw, which cancels its answer", e);
        cancel();
      }
    }
  }

  private static ChatModelStreamingEvent event(Answer.Piece piece) {
    return switch (piece) {
      case Answer.Piece.Text text -> new PartialResponse(text.text());
      case Answer.Piece.Call call -> new CompleteToolCall(call.index(), call.request());
      case Answer.Piece.End end -> new CompleteResponse(end.response());
    };
  }
}
