package dev.danta.check.model;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Operation;
import dev.danta.check.QueueView;
import dev.danta.check.RegisterView;
import dev.danta.check.Step;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Many independent objects of one model, each with a key, and each a partition.
 *
 * @param one the model of each; it must not divide itself
 */
public record KeyedModel<S, I, O>(Model<S, I, O> one) implements Model<S, Keyed<I>, O> {

    @Override
    public String name() {
        return one.name();
    }

    @Override
    public String partitionOf(Keyed<I> input) {
        return input.key();
    }

    @Override
    public S init(String partition) {
        return one.init(partition);
    }

    @Override
    public Step<S> step(S state, Keyed<I> input, O output, Cancellation cancellation) {
        return one.step(state, input.input(), output, cancellation);
    }

    @Override
    public S stepUnknown(S state, Keyed<I> input, Cancellation cancellation) {
        return one.stepUnknown(state, input.input(), cancellation);
    }

    @Override
    public boolean readOnly(Keyed<I> input) {
        return one.readOnly(input.input());
    }

    @Override
    public boolean readOnly(Keyed<I> input, O output) {
        return one.readOnly(input.input(), output);
    }

    @Override
    public boolean observes(Keyed<I> input, O output) {
        return one.observes(input.input(), output);
    }

    @Override
    public long[] matterUntil(List<Operation<Keyed<I>, O>> known, List<Operation<Keyed<I>, O>> unknown) {
        return one.matterUntil(
                known.stream().map(KeyedModel::plain).toList(),
                unknown.stream().map(KeyedModel::plain).toList());
    }

    private static <I, O> Operation<I, O> plain(Operation<Keyed<I>, O> operation) {
        return new Operation<>(
                operation.process(),
                operation.input().input(),
                operation.output(),
                operation.invokedAt(),
                operation.completedAt(),
                operation.invokedLine(),
                operation.completedLine());
    }

    @Override
    public Optional<RegisterView<Keyed<I>, O>> asRegister(String partition) {
        return one.asRegister(partition).map(KeyedRegister::new);
    }

    @Override
    public Optional<QueueView<Keyed<I>, O>> asQueue(String partition) {
        return one.asQueue(partition).map(KeyedQueue::new);
    }

    private record KeyedRegister<I, O>(RegisterView<I, O> one) implements RegisterView<Keyed<I>, O> {
        @Override
        public Object initial() {
            return one.initial();
        }

        @Override
        public RegisterView.Access access(Keyed<I> input, @Nullable O output) {
            return one.access(input.input(), output);
        }
    }

    private record KeyedQueue<I, O>(QueueView<I, O> one) implements QueueView<Keyed<I>, O> {
        @Override
        public List<? extends Object> initial() {
            return one.initial();
        }

        @Override
        public QueueView.Access access(Keyed<I> input, @Nullable O output) {
            return one.access(input.input(), output);
        }
    }

    @Override
    public boolean sameState(S a, S b) {
        return one.sameState(a, b);
    }

    @Override
    public int stateHash(S state) {
        return one.stateHash(state);
    }

    @Override
    public long stateBytes(S state) {
        return one.stateBytes(state);
    }

    @Override
    public String describeState(S state) {
        return one.describeState(state);
    }

    @Override
    public String phrase(Keyed<I> input, @Nullable O output) {
        return one.phrase(input.input(), output);
    }

    @Override
    public String describe(Keyed<I> input, @Nullable O output) {
        return one.describe(input.input(), output);
    }
}
