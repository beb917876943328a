package dev.danta.testkit.junit;

import dev.danta.check.assertion.HistoryAssertion;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.history.ListAppendCodec;
import dev.danta.check.judge.JudgeSettings;
import dev.danta.check.judge.Judges;
import dev.danta.check.judge.Subject;
import dev.danta.check.txn.AppendTxn;
import dev.danta.check.txn.AppendTxn.Step;
import dev.danta.check.txn.Consistency;
import dev.danta.check.txn.ListAppendCheck;
import dev.danta.check.txn.ListsRead;
import dev.danta.check.txn.TxnVerdict;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.DantaException;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Lists in a strict table, read and appended to by transactions over several of them, all of which are written down for {@link
 * #assertStrictlySerializable} to judge: whether there is one order of all transactions that explains every answer and in which
 * none comes before one that had ended when it began. Where {@link RecordedTable} has calls of one key each, here a transaction
 * touches as many as it likes, on whichever shards they are.
 *
 * <p>Thread-safe; each thread counts as a user of its own. A transaction that fails is thrown on as it is, and written down as
 * what its {@link DantaException#outcome()} says.
 */
public final class RecordedLists {
    /** Between the elements of a list, in the table. */
    private static final String BETWEEN = "\n";

    private final Shared shared;
    private final String collection;
    private final Space space;
    private final Table<String> lists;

    /** What all clients of the same lists share. */
    private static final class Shared {
        private final HistoryRecorder<AppendTxn, ListsRead> recorder = new HistoryRecorder<>();
        private final ThreadLocal<HistoryRecorder.Client<AppendTxn, ListsRead>> users =
                ThreadLocal.withInitial(recorder::client);
        private final Set<String> asked = ConcurrentHashMap.newKeySet();
        /** An element that is read a thousand times is kept once. */
        private final ConcurrentMap<String, String> elements = new ConcurrentHashMap<>();
    }

    /** Lists that nobody else writes: what was not written here cannot be explained. */
    public RecordedLists(DantaClient client, String space, String collection) {
        this(new Shared(), client.space(space), collection);
    }

    private RecordedLists(Shared shared, Space space, String collection) {
        this.shared = shared;
        this.collection = collection;
        this.space = space;
        this.lists = space.table(collection, Codecs.STRING, Mode.STRICT);
    }

    /** The same lists by another client, whose transactions are written down in the same history. */
    public RecordedLists by(DantaClient other) {
        return new RecordedLists(shared, other.space(space.name()), collection);
    }

    /** As {@link #run(List)}. */
    public List<List<String>> run(Step... steps) {
        return run(List.of(steps));
    }

    /**
     * Does these steps, in their order, in one strict transaction that is run again while others are in its way.
     *
     * @param steps an element is appended to one list once only, and contains no line feed
     * @return what each {@link Step.Read} has shown, with what the transaction had appended by then
     */
    public List<List<String>> run(List<Step> steps) {
        for (Step step : steps) {
            shared.asked.add(step.key());
            if (step instanceof Step.Append append) {
                requireElement(append.element());
            }
        }
        return Recording.of(
                        shared.users.get().invoke(new AppendTxn(steps)),
                        () -> space.<ListsRead, RuntimeException>run(tx -> answer(tx, steps)))
                .lists();
    }

    private static void requireElement(String element) {
        if (element.isEmpty() || element.contains(BETWEEN)) {
            throw new IllegalArgumentException("an element is one line, and not an empty one: '" + element + "'");
        }
    }

    private ListsRead answer(Tx tx, List<Step> steps) {
        List<List<String>> read = new ArrayList<>();
        for (Step step : steps) {
            Key key = Key.of(step.key());
            String before = tx.get(lists, key).orElse("");
            if (step instanceof Step.Append append) {
                tx.put(lists, key, before.isEmpty() ? append.element() : before + BETWEEN + append.element());
            } else {
                read.add(elements(before));
            }
        }
        return new ListsRead(read);
    }

    private List<String> elements(String list) {
        if (list.isEmpty()) {
            return List.of();
        }
        List<String> elements = new ArrayList<>();
        for (String element : list.split(BETWEEN, -1)) {
            elements.add(shared.elements.computeIfAbsent(element, same -> same));
        }
        return List.copyOf(elements);
    }

    /**
     * Reads every list that somebody has asked for, one after the other: what nobody has read, nobody can judge. To be called
     * when all other transactions have ended.
     */
    public void readAll() {
        for (String list : new TreeSet<>(shared.asked)) {
            run(new Step.Read(list));
        }
    }

    /** How many transactions were answered. */
    public int answered() {
        return shared.recorder.history().known();
    }

    /** Of how many nobody knows whether they took effect. */
    public int unknown() {
        return shared.recorder.history().unknown();
    }

    /** How many have failed and certainly took no effect. */
    public int failed() {
        return shared.recorder.aborted().size();
    }

    /** What becomes of {@link #assertStrictlySerializable}, without a failure; to be called when all calls have ended. */
    public TxnVerdict<AppendTxn, ListsRead> judge() {
        return ListAppendCheck.check(
                shared.recorder.history(), shared.recorder.aborted(), Consistency.STRICT_SERIALIZABLE);
    }

    /**
     * To be called when all calls have ended.
     *
     * @throws AssertionError with the smallest part that is wrong and an explanation, if no order of the transactions explains
     *     all answers; or if nobody has read anything
     */
    public void assertStrictlySerializable() {
        HistoryAssertion.assertThatHistory(shared.recorder).isValid(Judges.listAppend(Consistency.STRICT_SERIALIZABLE));
    }

    /**
     * Writes the history to a file, which {@code danta check} judges again.
     *
     * @param file compressed if its name ends in {@code .gz}; replaced if it is there
     * @param seed of whoever drew the transactions
     * @throws IOException if it cannot be written
     */
    public void write(Path file, long seed) throws IOException {
        HistoryWriter.write(
                file,
                JudgeSettings.defaults().header(Subject.LIST_APPEND).withSeed(seed),
                new ListAppendCodec(),
                shared.recorder.history(),
                shared.recorder.aborted());
    }
}
