package dev.danta.check.example;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;

/** A dispenser of tickets: who takes one gets the next number of that desk, and nobody else gets it. */
record TicketModel() implements Model<Long, TicketModel.Ask, Long> {
    enum What {
        TAKE,
        LOOK
    }

    record Ask(What what, String desk) {}

    @Override
    public String name() {
        return "tickets";
    }

    @Override
    public Long init(String desk) {
        return 1L;
    }

    @Override
    public Step<Long> step(Long next, Ask ask, Long answer, Cancellation cancellation) {
        return answer.equals(next)
                ? Step.legal(stepUnknown(next, ask, cancellation))
                : Step.illegal(() -> ask.what() + " gave " + answer + " while " + next + " was next");
    }

    @Override
    public Long stepUnknown(Long next, Ask ask, Cancellation cancellation) {
        return ask.what() == What.TAKE ? next + 1 : next;
    }

    @Override
    public boolean readOnly(Ask ask) {
        return ask.what() == What.LOOK;
    }

    @Override
    public String partitionOf(Ask ask) {
        return ask.desk();
    }
}
