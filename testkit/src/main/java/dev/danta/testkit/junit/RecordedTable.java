package dev.danta.testkit.junit;

import dev.danta.check.assertion.HistoryAssertion;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.KeyValueCodec;
import dev.danta.check.judge.Judges;
import dev.danta.check.model.KeyValueModel;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Read;
import dev.danta.client.Space;
import dev.danta.client.Table;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A strict table of strings that writes down what is asked of it and what is answered, for {@link #assertLinearizable} to
 * judge: whether there is one order of all calls that explains every answer and in which no call comes before one that had
 * ended when it began. Thread-safe; each thread counts as a user of its own. A call that fails is thrown on as it is, and
 * written down as what its {@link DantaException#outcome()} says.
 */
public final class RecordedTable {
    private final Space space;
    private final Table<String> table;
    private final HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>();
    private final ThreadLocal<HistoryRecorder.Client<Input, Output>> users = ThreadLocal.withInitial(recorder::client);

    /** A table that nobody else writes: what was not written here cannot be explained. */
    public RecordedTable(DantaClient client, String space, String collection) {
        this.space = client.space(space);
        this.table = this.space.table(collection, Codecs.STRING, Mode.STRICT);
    }

    /** Writes in a transaction of its own. */
    public void put(String key, String value) {
        recorded(new Input.Put(key, value), () -> {
            space.execute(tx -> tx.put(table, Key.of(key), value));
            return new Output.Done();
        });
    }

    /** The newest value, by a strict read. */
    public Optional<String> get(String key) {
        Output answer = recorded(
                new Input.Get(key),
                () -> new Output.Value(table.get(Key.of(key), Read.STRICT).orElse(null)));
        return Optional.ofNullable(((Output.Value) answer).value());
    }

    /** Deletes in a transaction of its own. */
    public void delete(String key) {
        recorded(new Input.Delete(key), () -> {
            space.execute(tx -> tx.delete(table, Key.of(key)));
            return new Output.Done();
        });
    }

    private Output recorded(Input input, Supplier<Output> work) {
        return Recording.of(users.get().invoke(input), work);
    }

    /** How many calls were answered. */
    public int answered() {
        return recorder.history().known();
    }

    /**
     * To be called when all calls have ended.
     *
     * @throws AssertionError with the smallest part that is wrong and an explanation, if no order of the calls explains all
     *     answers; or if it cannot be told
     */
    public void assertLinearizable() {
        HistoryAssertion.assertThatHistory(recorder).isValid(Judges.of(new KeyValueModel(), new KeyValueCodec()));
    }
}
