package dev.danta.check.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What each model says, by hand: the property tests cannot see a model that is wrong in a consistent way. */
class ModelsTest {
    private static final Cell ONE = new Cell("1");

    private static <S, I, O> Object after(Model<S, I, O> model, S state, I input, O output) {
        Step<S> step = model.step(state, input, output, Cancellation.NONE);
        return step instanceof Step.Legal<S> legal
                ? legal.next()
                : ((Step.Illegal<S>) step).reason().get();
    }

    @Test
    void aRegister() {
        RegisterModel register = new RegisterModel();
        RegisterModel.Input read = new RegisterModel.Input.Read();
        RegisterModel.Input cas = new RegisterModel.Input.Cas("1", "2");
        RegisterModel.Output done = new RegisterModel.Output.Swapped(true);
        RegisterModel.Output refused = new RegisterModel.Output.Swapped(false);

        assertThat(register.init(Model.WHOLE)).isEqualTo(Cell.ABSENT);
        assertThat(new RegisterModel("7", RegisterModel.FailedCas.OBSERVED, RegisterModel.NilRead.ABSENT)
                        .init(Model.WHOLE))
                .isEqualTo(new Cell("7"));
        assertThat(after(register, ONE, read, new RegisterModel.Output.Value("1")))
                .isEqualTo(ONE);
        assertThat(after(register, ONE, read, new RegisterModel.Output.Value("2")))
                .isEqualTo("read 2 while the value was 1");
        assertThat(after(register, ONE, read, new RegisterModel.Output.Value(null)))
                .isEqualTo("read nothing while the value was 1");
        assertThat(after(register, ONE, new RegisterModel.Input.Write("3"), new RegisterModel.Output.Written()))
                .isEqualTo(new Cell("3"));
        assertThat(after(register, ONE, cas, done)).isEqualTo(new Cell("2"));
        assertThat(after(register, Cell.ABSENT, cas, done))
                .isEqualTo("cas 1 to 2 was applied while the value was absent");
        assertThat(after(register, ONE, cas, refused)).isEqualTo("cas 1 to 2 was refused while the value was 1");
        assertThat(after(register, Cell.ABSENT, cas, refused)).isEqualTo(Cell.ABSENT);
        assertThat(after(register, ONE, read, done)).isEqualTo("applied is no answer to read");
    }

    @Test
    void aRegisterWhoseRefusalsAndNilsSayNothing() {
        RegisterModel register =
                new RegisterModel(null, RegisterModel.FailedCas.DROPPED, RegisterModel.NilRead.WILDCARD);

        assertThat(after(register, ONE, new RegisterModel.Input.Cas("1", "2"), new RegisterModel.Output.Swapped(false)))
                .isEqualTo(ONE);
        assertThat(after(register, ONE, new RegisterModel.Input.Read(), new RegisterModel.Output.Value(null)))
                .isEqualTo(ONE);
    }

    @Test
    void aTable() {
        KeyValueModel table = new KeyValueModel();
        KeyValueModel.Output done = new KeyValueModel.Output.Done();
        KeyValueModel.Output applied = new KeyValueModel.Output.Swapped(true);
        KeyValueModel.Output refused = new KeyValueModel.Output.Swapped(false);
        KeyValueModel.Input cas = new KeyValueModel.Input.Cas("k", "1", "2");
        KeyValueModel.Input ifAbsent = new KeyValueModel.Input.PutIfAbsent("k", "5");

        assertThat(table.partitionOf(cas)).isEqualTo("k");
        assertThat(after(table, entry("1"), new KeyValueModel.Input.Get("k"), new KeyValueModel.Output.Value(null)))
                .isEqualTo("got nothing while the value was 1");
        assertThat(after(table, entry("1"), new KeyValueModel.Input.Put("k", "2"), done))
                .isEqualTo(entry("2"));
        assertThat(after(table, entry("1"), new KeyValueModel.Input.Delete("k"), done))
                .isEqualTo(entry(null));
        assertThat(after(table, entry("1"), new KeyValueModel.Input.Append("k", "2"), done))
                .isEqualTo(entry("12"));
        assertThat(after(table, entry(null), new KeyValueModel.Input.Append("k", "2"), done))
                .isEqualTo(entry("2"));
        assertThat(after(table, entry("1"), cas, applied)).isEqualTo(entry("2"));
        assertThat(after(table, entry(null), cas, refused)).isEqualTo(entry(null));
        assertThat(after(table, entry("1"), cas, refused))
                .isEqualTo("cas k 1 to 2 was not applied while the value was 1");
        assertThat(after(table, entry(null), ifAbsent, applied)).isEqualTo(entry("5"));
        assertThat(after(table, entry("1"), ifAbsent, refused)).isEqualTo(entry("1"));
        assertThat(after(table, entry("1"), ifAbsent, applied))
                .isEqualTo("put-if-absent k 5 was applied while the value was 1");
        assertThat(after(table, entry("1"), cas, done)).isEqualTo("done is no answer to cas k 1 to 2");
    }

    private static KeyValueModel.Entry entry(@Nullable String value) {
        return new KeyValueModel.Entry(value, -1, false);
    }

    @Test
    void aTableWithVersions() {
        KeyValueModel table = new KeyValueModel();
        KeyValueModel.Entry one = new KeyValueModel.Entry("1", 4, true);
        KeyValueModel.Input get = new KeyValueModel.Input.Get("k");
        KeyValueModel.Input put = new KeyValueModel.Input.Put("k", "2");
        KeyValueModel.Input cas = new KeyValueModel.Input.CasVersion("k", 4, "2");
        KeyValueModel.Output refused = new KeyValueModel.Output.Swapped(false);

        assertThat(after(table, one, get, new KeyValueModel.Output.Value("1", 4L)))
                .isEqualTo(one);
        assertThat(after(table, one, get, new KeyValueModel.Output.Value("1", 5L)))
                .isEqualTo("got 1 in version 5 while the value was 1 in version 4");
        assertThat(after(table, one, put, new KeyValueModel.Output.Done(6L)))
                .isEqualTo(new KeyValueModel.Entry("2", 6, true));
        assertThat(after(table, one, put, new KeyValueModel.Output.Done(4L)))
                .isEqualTo("put k 2 led to version 4 from version 4");
        KeyValueModel.Entry unseen = table.stepUnknown(one, put, Cancellation.NONE);
        assertThat(unseen).isEqualTo(new KeyValueModel.Entry("2", 4, false));
        assertThat(after(table, unseen, get, new KeyValueModel.Output.Value("2", 9L)))
                .isEqualTo(new KeyValueModel.Entry("2", 9, true));
        assertThat(after(table, unseen, get, new KeyValueModel.Output.Value("2")))
                .isEqualTo(unseen);
        assertThat(after(table, unseen, get, new KeyValueModel.Output.Value("2", 4L)))
                .isEqualTo("got 2 in version 4 while the value was 2");
        assertThat(after(table, one, cas, new KeyValueModel.Output.Swapped(true, 5L)))
                .isEqualTo(new KeyValueModel.Entry("2", 5, true));
        assertThat(after(table, one, cas, refused))
                .isEqualTo("cas k version 4 to 2 was not applied while the value was 1 in version 4");
        assertThat(after(table, unseen, cas, refused)).isEqualTo(unseen);
        assertThat(after(table, unseen, cas, new KeyValueModel.Output.Swapped(true)))
                .isEqualTo("cas k version 4 to 2 was applied while the value was 2");
    }

    @Test
    void aTableWhoseRefusalsAndNilsSayNothing() {
        KeyValueModel table = new KeyValueModel(null, RegisterModel.FailedCas.DROPPED, RegisterModel.NilRead.WILDCARD);

        assertThat(after(
                        table,
                        entry("1"),
                        new KeyValueModel.Input.Cas("k", "1", "2"),
                        new KeyValueModel.Output.Swapped(false)))
                .isEqualTo(entry("1"));
        assertThat(after(table, entry("1"), new KeyValueModel.Input.Get("k"), new KeyValueModel.Output.Value(null)))
                .isEqualTo(entry("1"));
    }

    @Test
    void aSet() {
        SetModel set = SetModel.of(List.of("b", "a", "a"));
        Bag two = set.init(Model.WHOLE);
        SetModel.Output done = new SetModel.Output.Done();

        assertThat(two.size()).isEqualTo(2);
        assertThat(after(set, two, new SetModel.Input.Add("a"), done)).isEqualTo(two);
        assertThat(after(set, two, new SetModel.Input.Add("c"), done)).isEqualTo(Bag.of(List.of("c", "b", "a")));
        assertThat(after(set, two, new SetModel.Input.Remove("a"), done)).isEqualTo(Bag.of(List.of("b")));
        assertThat(after(set, two, new SetModel.Input.Contains("a"), new SetModel.Output.Found(false)))
                .isEqualTo("contains a was answered no while the set was {a, b}");
        assertThat(after(set, two, new SetModel.Input.Read(), new SetModel.Output.Values(two)))
                .isEqualTo(two);
        assertThat(after(set, two, new SetModel.Input.Read(), new SetModel.Output.Values(Bag.of(List.of("b", "x")))))
                .isEqualTo("read {b, x} while the set was {a, b}, missing a, with x too many");
    }

    @Test
    void aQueueInOrder() {
        QueueModel queue = new QueueModel();
        Fifo two = Fifo.of(List.of("1", "2"));

        assertThat(after(queue, two, new QueueModel.Input.Dequeue(), new QueueModel.Output.Taken("1")))
                .isEqualTo(Fifo.of(List.of("2")));
        assertThat(after(queue, two, new QueueModel.Input.Dequeue(), new QueueModel.Output.Taken("2")))
                .isEqualTo("dequeued 2 while the queue was [1, 2]");
        assertThat(after(queue, two, new QueueModel.Input.Dequeue(), new QueueModel.Output.Taken(null)))
                .isEqualTo("dequeued nothing while the queue was [1, 2]");
        assertThat(after(
                        QueueModel.of(List.of(), RegisterModel.NilRead.WILDCARD),
                        two,
                        new QueueModel.Input.Dequeue(),
                        new QueueModel.Output.Taken(null)))
                .isEqualTo(two);
        assertThat(queue.stepUnknown(two, new QueueModel.Input.Dequeue(), Cancellation.NONE))
                .isEqualTo(Fifo.of(List.of("2")));
        assertThat(queue.stepUnknown(Fifo.EMPTY, new QueueModel.Input.Dequeue(), Cancellation.NONE))
                .isEqualTo(Fifo.EMPTY);
    }

    @Test
    void aQueueWithoutOrder() {
        BagQueueModel queue = new BagQueueModel();
        BagQueueModel.State two = new BagQueueModel.State(Bag.of(List.of("1", "2")), 0);
        QueueModel.Input dequeue = new QueueModel.Input.Dequeue();

        assertThat(after(queue, two, dequeue, new QueueModel.Output.Taken("2")))
                .isEqualTo(new BagQueueModel.State(Bag.of(List.of("1")), 0));
        BagQueueModel.State oneLost = queue.stepUnknown(two, dequeue, Cancellation.NONE);
        BagQueueModel.State empty = new BagQueueModel.State(Bag.of(List.of("2")), 1);
        assertThat(after(queue, oneLost, dequeue, new QueueModel.Output.Taken("1")))
                .isEqualTo(empty);
        assertThat(after(queue, empty, dequeue, new QueueModel.Output.Taken("2")))
                .isEqualTo("dequeued 2 while the queue was {2} less 1 that nobody knows");
        assertThat(after(queue, empty, dequeue, new QueueModel.Output.Taken(null)))
                .isEqualTo(empty);
        assertThat(queue.stepUnknown(empty, dequeue, Cancellation.NONE)).isEqualTo(empty);
    }

    @Test
    void aCounter() {
        CounterModel counter = new CounterModel(1);
        CounterModel.Input add = new CounterModel.Input.Add("k", -3);

        assertThat(after(counter, 1L, add, new CounterModel.Output(null))).isEqualTo(-2L);
        assertThat(after(counter, 1L, add, new CounterModel.Output(-2L))).isEqualTo(-2L);
        assertThat(after(counter, 1L, add, new CounterModel.Output(5L)))
                .isEqualTo("add -3 to k was answered 5 while the value was 1");
        assertThat(after(counter, 1L, new CounterModel.Input.Read("k"), new CounterModel.Output(2L)))
                .isEqualTo("read 2 while the value was 1");
    }

    @Test
    void aLease() {
        LeaseModel lease = new LeaseModel(true);
        LeaseModel.Input acquire = new LeaseModel.Input.Acquire("");
        LeaseModel.Output done = new LeaseModel.Output.Done();
        LeaseModel.Output refused = new LeaseModel.Output.Refused();
        LeaseModel.State free = lease.init("");
        LeaseModel.State held = new LeaseModel.State(7, false, 7, -1);

        assertThat(after(lease, free, acquire, new LeaseModel.Output.Granted(7)))
                .isEqualTo(held);
        assertThat(after(lease, free, acquire, refused)).isEqualTo("was refused a lease that was free");
        assertThat(after(lease, held, acquire, new LeaseModel.Output.Granted(7)))
                .isEqualTo("was granted token 7 although token 7 had been granted before");
        assertThat(after(lease, held, acquire, new LeaseModel.Output.Granted(8)))
                .isEqualTo(new LeaseModel.State(8, false, 8, -1));
        assertThat(after(new LeaseModel(false), held, acquire, new LeaseModel.Output.Granted(8)))
                .isEqualTo("was granted token 8 while it was held with token 7");
        LeaseModel.State used = new LeaseModel.State(8, false, 8, 8);
        assertThat(after(lease, new LeaseModel.State(8, false, 8, -1), new LeaseModel.Input.Use("", 8), done))
                .isEqualTo(used);
        assertThat(after(lease, used, new LeaseModel.Input.Use("", 7), done)).isEqualTo("used token 7 after token 8");
        assertThat(after(lease, used, new LeaseModel.Input.Use("", 7), refused)).isEqualTo(used);
        assertThat(after(lease, held, new LeaseModel.Input.Use("", 7), refused))
                .isEqualTo("was refused token 7 although no greater one had been used");
        assertThat(after(lease, held, new LeaseModel.Input.Use("", 8), done))
                .isEqualTo("used token 8, which had not been granted");
        assertThat(after(lease, held, new LeaseModel.Input.Release("", 7), done))
                .isEqualTo(new LeaseModel.State(7, false, -1, -1));
        assertThat(after(new LeaseModel(false), held, new LeaseModel.Input.Release("", 6), done))
                .isEqualTo("released token 6 while it was held with token 7");
        assertThat(lease.stepUnknown(held, acquire, Cancellation.NONE).toString())
                .contains("somebody");
    }

    @Test
    void aRequestIsDoneOnce() {
        SubmitModel submit = new SubmitModel();
        SubmitModel.Input pay = new SubmitModel.Input.Submit("r1", "5");
        SubmitModel.State fresh = submit.init("r1");
        SubmitModel.State done = new SubmitModel.State("5", "ok-1");

        assertThat(after(submit, fresh, pay, new SubmitModel.Output.Receipt("ok-1")))
                .isEqualTo(done);
        assertThat(after(submit, done, pay, new SubmitModel.Output.Receipt("ok-1")))
                .isEqualTo(done);
        assertThat(after(submit, done, pay, new SubmitModel.Output.Receipt("ok-2")))
                .isEqualTo("was answered ok-2, but had been done with ok-1 before");
        assertThat(after(submit, done, new SubmitModel.Input.Submit("r1", "6"), new SubmitModel.Output.Receipt("ok-1")))
                .isEqualTo("submit r1 (6) was accepted although the name stands for 5");
        assertThat(after(submit, done, new SubmitModel.Input.Submit("r1", "6"), new SubmitModel.Output.Mismatch()))
                .isEqualTo(done);
        assertThat(after(submit, done, pay, new SubmitModel.Output.Mismatch()))
                .isEqualTo("was refused for another request that there was not");
        SubmitModel.State unseen = submit.stepUnknown(fresh, pay, Cancellation.NONE);
        assertThat(after(submit, unseen, new SubmitModel.Input.Lookup("r1"), new SubmitModel.Output.NotFound()))
                .isEqualTo("was not found, but was done with a result nobody saw");
        assertThat(after(submit, unseen, new SubmitModel.Input.Lookup("r1"), new SubmitModel.Output.Receipt("ok-1")))
                .isEqualTo(done);
    }

    @Test
    void manyObjectsOfOneModel() {
        KeyedModel<Boolean, MutexModel.Input, MutexModel.Output> locks = new KeyedModel<>(new MutexModel());
        Keyed<MutexModel.Input> acquire = new Keyed<>("k", MutexModel.Input.ACQUIRE);

        assertThat(locks.partitionOf(acquire)).isEqualTo("k");
        assertThat(after(locks, false, acquire, MutexModel.Output.DONE)).isEqualTo(true);
        assertThat(after(locks, true, acquire, MutexModel.Output.DONE)).isEqualTo("acquired while it was taken");
        assertThat(locks.describeState(true)).isEqualTo("taken");
    }

    @Test
    void aBoundedCounterWhoseRefusalsSayNothing() {
        BoundedCounterModel counter = new BoundedCounterModel(5, 2, 9, RegisterModel.FailedCas.DROPPED);

        assertThat(after(
                        counter,
                        5L,
                        new BoundedCounterModel.Input.Spend("k", 3),
                        new BoundedCounterModel.Output.Limit()))
                .isEqualTo(5L);
    }

    @Test
    void aBoundedCounter() {
        BoundedCounterModel counter = new BoundedCounterModel(5, 2, 9);
        BoundedCounterModel.Output accepted = new BoundedCounterModel.Output.Accepted();
        BoundedCounterModel.Output limit = new BoundedCounterModel.Output.Limit();
        BoundedCounterModel.Input spend = new BoundedCounterModel.Input.Spend("k", 3);
        BoundedCounterModel.Input gain = new BoundedCounterModel.Input.Gain("k", 4);

        assertThat(after(counter, 5L, spend, accepted)).isEqualTo(2L);
        assertThat(after(counter, 4L, spend, limit)).isEqualTo(4L);
        assertThat(after(counter, 4L, spend, accepted))
                .isEqualTo("spend 3 of k was accepted although the value was 4 (bounds 2 to 9)");
        assertThat(after(counter, 5L, spend, limit))
                .isEqualTo("spend 3 of k was refused although the value was 5 (bounds 2 to 9)");
        assertThat(after(counter, 5L, gain, accepted)).isEqualTo(9L);
        assertThat(after(counter, 6L, gain, limit)).isEqualTo(6L);
        assertThat(counter.stepUnknown(6L, gain, Cancellation.NONE)).isEqualTo(6L);
        assertThat(after(counter, 6L, new BoundedCounterModel.Input.Read("k"), new BoundedCounterModel.Output.Value(7)))
                .isEqualTo("read 7 while the value was 6");
        assertThat(after(counter, 6L, spend, new BoundedCounterModel.Output.Value(6)))
                .isEqualTo("6 is no answer to spend 3 of k");
    }

    @Test
    void belowTheFloorGoesWhoNamesAnAllowanceAndNoFurther() {
        BoundedCounterModel counter = BoundedCounterModel.stock(2);
        BoundedCounterModel.Input into = new BoundedCounterModel.Input.Spend("", 3, 4);
        BoundedCounterModel.Output relaxed = new BoundedCounterModel.Output.Accepted(BoundedCounterModel.Mode.RELAXED);

        assertThat(after(counter, -1L, into, relaxed)).isEqualTo(-4L);
        assertThat(after(counter, -2L, into, relaxed))
                .isEqualTo("spend 3 with an allowance of 4 was accepted although the value was -2 (bounds 0 to any)");
        assertThat(counter.stepUnknown(-2L, into, Cancellation.NONE)).isEqualTo(-2L);
        assertThat(after(
                        counter,
                        -1L,
                        new BoundedCounterModel.Input.Spend("", 1),
                        new BoundedCounterModel.Output.Limit()))
                .isEqualTo(-1L);
        assertThat(after(
                        new BoundedCounterModel(0, Long.MIN_VALUE + 1, 0),
                        Long.MIN_VALUE + 2,
                        new BoundedCounterModel.Input.Spend("", 2, 5),
                        relaxed))
                .isEqualTo(Long.MIN_VALUE);
        assertThat(relaxed).hasToString("accepted, relaxed");
    }

    @Test
    void boundsAtTheEndsOfTheNumbersDoNotOverflow() {
        BoundedCounterModel counter = new BoundedCounterModel(0, Long.MIN_VALUE, Long.MAX_VALUE);
        BoundedCounterModel.Output accepted = new BoundedCounterModel.Output.Accepted();
        BoundedCounterModel.Input most = new BoundedCounterModel.Input.Gain("", Long.MAX_VALUE);

        assertThat(after(counter, 0L, most, accepted)).isEqualTo(Long.MAX_VALUE);
        assertThat(after(counter, -1L, most, accepted)).isEqualTo(Long.MAX_VALUE - 1);
        assertThat(after(counter, 1L, most, new BoundedCounterModel.Output.Limit()))
                .isEqualTo(1L);
    }

    @Test
    void boundsOutOfOrderAndNegativeAmountsAreRefused() {
        assertThatThrownBy(() -> new BoundedCounterModel(10, 0, 9)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new BoundedCounterModel.Input.Spend("", -1))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
