package io.github.quest4j.server.http;

import io.github.quest4j.engine.schedule.Ticket;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/** Who hears how an answer comes about. */
interface AnswerEvents {

  /** Nobody. */
  AnswerEvents NONE =
      new AnswerEvents() {
        @Override
        public void progress(Ticket.Event.Progress progress) {}

        @Override
        public void chunks(List<ObjectNode> chunks) {}

        @Override
        public void still() {}
      };

  /** More of the prompt has been read. */
  void progress(Ticket.Event.Progress progress);

  /** More of the answer. */
  void chunks(List<ObjectNode> chunks);

  /** Nothing came for a while. */
  void still();
}
