package dev.danta.check.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.danta.check.Cancellation;
import dev.danta.check.Model;
import dev.danta.check.Step;
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
        assertThat(after(table, ONE, new KeyValueModel.Input.Get("k"), new KeyValueModel.Output.Value(null)))
                .isEqualTo("got nothing while the value was 1");
        assertThat(after(table, ONE, new KeyValueModel.Input.Put("k", "2"), done))
                .isEqualTo(new Cell("2"));
        assertThat(after(table, ONE, new KeyValueModel.Input.Delete("k"), done)).isEqualTo(Cell.ABSENT);
        assertThat(after(table, ONE, new KeyValueModel.Input.Append("k", "2"), done))
                .isEqualTo(new Cell("12"));
        assertThat(after(table, Cell.ABSENT, new KeyValueModel.Input.Append("k", "2"), done))
                .isEqualTo(new Cell("2"));
        assertThat(after(table, ONE, cas, applied)).isEqualTo(new Cell("2"));
        assertThat(after(table, Cell.ABSENT, cas, refused)).isEqualTo(Cell.ABSENT);
        assertThat(after(table, ONE, cas, refused)).isEqualTo("cas k 1 to 2 was not applied while the value was 1");
        assertThat(after(table, Cell.ABSENT, ifAbsent, applied)).isEqualTo(new Cell("5"));
        assertThat(after(table, ONE, ifAbsent, refused)).isEqualTo(ONE);
        assertThat(after(table, ONE, ifAbsent, applied))
                .isEqualTo("put-if-absent k 5 was applied while the value was 1");
        assertThat(after(table, ONE, cas, done)).isEqualTo("done is no answer to cas k 1 to 2");
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
