package dev.danta.wire;

import dev.danta.ir.id.Ballot;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.LogIncarnation;
import dev.danta.ir.id.LogPosition;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.ShardId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Acceptance;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Decision;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.EpochState;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.KnownOp;
import dev.danta.ir.message.LogCursor;
import dev.danta.ir.message.LogItem;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.OpenOp;
import dev.danta.ir.message.RangeHash;
import dev.danta.ir.message.Refusal;
import dev.danta.ir.message.Result;
import dev.danta.ir.message.StateReach;
import dev.danta.ir.message.StateView;
import dev.danta.ir.message.Vote;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.replica.LogEntry;
import dev.danta.occ.AccessSet;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.occ.RangeRead;
import dev.danta.occ.Read;
import dev.danta.occ.Verdict;
import dev.danta.occ.Version;
import dev.danta.occ.Write;
import dev.danta.relaxed.Counter;
import dev.danta.relaxed.GrowSet;
import dev.danta.relaxed.LwwMap;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.LwwSet;
import dev.danta.relaxed.RelaxedState;
import dev.danta.relaxed.Spending;
import dev.danta.txn.HashKey;
import dev.danta.txn.KeyChange;
import dev.danta.txn.KeyChanges;
import dev.danta.txn.KeyStates;
import dev.danta.txn.PrepareBody;
import dev.danta.txn.ReadAnswer;
import dev.danta.txn.ReadQuery;
import dev.danta.txn.RelaxedUpdate;
import dev.danta.txn.TxnRefusal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;

/** Random messages of every kind, the same for the same seed. Small ranges are frequent, so that edges are met. */
public final class MessageGenerator {
    private final Random random;
    private final Map<Class<?>, Supplier<?>> makers = new LinkedHashMap<>();

    public MessageGenerator(long seed) {
        this.random = new Random(seed);
        make(IrMessage.Propose.class, () -> new IrMessage.Propose(taken(), body()));
        make(IrMessage.Finalize.class, () -> new IrMessage.Finalize(taken(), ballot(), any(Result.class), body()));
        make(IrMessage.Inquire.class, () -> new IrMessage.Inquire(taken(), ballot(), participants()));
        make(IrMessage.Lookup.class, () -> new IrMessage.Lookup(taken()));
        make(
                IrMessage.LookedUp.class,
                () -> new IrMessage.LookedUp(taken(), random.nextBoolean() ? participants() : List.of()));
        make(IrMessage.Decide.class, () -> new IrMessage.Decide(taken(), any(Decision.class), orNull(this::body)));
        make(IrMessage.Execute.class, () -> new IrMessage.Execute(opId(), update()));
        make(IrMessage.Ask.class, () -> new IrMessage.Ask(opId(), any(ReadQuery.class)));
        make(IrMessage.Voted.class, () -> new IrMessage.Voted(taken(), any(Vote.class)));
        make(IrMessage.Accepted.class, () -> new IrMessage.Accepted(taken(), ballot()));
        make(IrMessage.Preempted.class, () -> new IrMessage.Preempted(taken(), ballot(), ballot()));
        make(
                IrMessage.Promised.class,
                () -> new IrMessage.Promised(
                        taken(), ballot(), any(Vote.class), orNull(this::acceptance), orNull(this::body)));
        make(IrMessage.Decided.class, () -> new IrMessage.Decided(taken(), any(Decision.class), orNull(this::body)));
        make(IrMessage.DecisionAcknowledged.class, () -> new IrMessage.DecisionAcknowledged(taken()));
        make(IrMessage.BodyMissing.class, () -> new IrMessage.BodyMissing(taken()));
        make(IrMessage.TooOld.class, () -> new IrMessage.TooOld(taken(), timestamp()));
        make(IrMessage.ClockRefused.class, () -> new IrMessage.ClockRefused(taken(), time()));
        make(IrMessage.Executed.class, () -> new IrMessage.Executed(opId()));
        make(IrMessage.ExecuteRefused.class, () -> new IrMessage.ExecuteRefused(opId(), text()));
        make(IrMessage.ExecuteClockRefused.class, () -> new IrMessage.ExecuteClockRefused(opId(), time()));
        make(IrMessage.Answered.class, () -> new IrMessage.Answered(opId(), any(ReadAnswer.class)));
        make(IrMessage.ProposeOverloaded.class, () -> new IrMessage.ProposeOverloaded(taken()));
        make(IrMessage.OpOverloaded.class, () -> new IrMessage.OpOverloaded(opId()));
        make(IrMessage.WrongEpoch.class, () -> new IrMessage.WrongEpoch(membership()));
        make(IrMessage.Inspect.class, () -> new IrMessage.Inspect(opId()));
        make(IrMessage.Pull.class, () -> new IrMessage.Pull(replica(), orNull(this::position), random.nextBoolean()));
        make(
                IrMessage.Absorb.class,
                () -> new IrMessage.Absorb(replica(), position(), position(), items(), random.nextBoolean()));
        make(IrMessage.SkipTo.class, () -> new IrMessage.SkipTo(replica(), position()));
        make(
                IrMessage.Summarize.class,
                () -> new IrMessage.Summarize(stateView(), place(), place(), 1 + random.nextInt(100)));
        make(
                IrMessage.Compare.class,
                () -> new IrMessage.Compare(stateView(), place(), listOf(this::rangeHash), random.nextBoolean()));
        make(IrMessage.Repair.class, () -> new IrMessage.Repair(opId(), statePart()));
        make(IrMessage.Summarized.class, () -> new IrMessage.Summarized(opId(), watermarks(), listOf(this::rangeHash)));
        make(
                IrMessage.Compared.class,
                () -> new IrMessage.Compared(
                        opId(),
                        watermarks(),
                        listOf(() -> random.nextInt(100)),
                        orNull(this::statePart),
                        orNull(this::place)));
        make(IrMessage.Repaired.class, () -> new IrMessage.Repaired(opId(), random.nextInt(100)));
        make(IrMessage.Bar.class, () -> new IrMessage.Bar(timestamp()));
        make(
                IrMessage.Collect.class,
                () -> new IrMessage.Collect(opId(), timestamp(), timestamp(), random.nextBoolean()));
        make(
                IrMessage.Enter.class,
                () -> new IrMessage.Enter(opId(), timestamp(), listOf(this::knownOp), random.nextBoolean()));
        make(IrMessage.Resolve.class, () -> new IrMessage.Resolve(timestamp()));
        make(IrMessage.Forget.class, () -> new IrMessage.Forget(timestamp()));
        make(IrMessage.Sweep.class, IrMessage.Sweep::new);
        make(
                IrMessage.Inspected.class,
                () -> new IrMessage.Inspected(opId(), watermarks(), time(), timestamp(), listOf(this::cursor)));
        make(
                IrMessage.Pulled.class,
                () -> new IrMessage.Pulled(
                        position(), position(), items(), random.nextBoolean(), random.nextLong(Long.MAX_VALUE)));
        make(IrMessage.LogGone.class, () -> new IrMessage.LogGone(position(), position()));
        make(IrMessage.Absorbed.class, () -> new IrMessage.Absorbed(replica(), position(), random.nextBoolean()));
        make(IrMessage.Marked.class, () -> new IrMessage.Marked(watermarks()));
        make(
                IrMessage.Unresolved.class,
                () -> new IrMessage.Unresolved(timestamp(), listOf(() -> new OpenOp(taken(), participants()))));
        make(
                IrMessage.Collected.class,
                () -> new IrMessage.Collected(
                        opId(), timestamp(), listOf(this::knownOp), random.nextBoolean(), orNull(this::taken)));
        make(IrMessage.Entered.class, () -> new IrMessage.Entered(opId(), random.nextBoolean()));
        make(IrMessage.Swept.class, () -> new IrMessage.Swept(random.nextBoolean()));
        make(LogItem.Outcome.class, () -> new LogItem.Outcome(taken(), any(Decision.class), orNull(this::body)));
        make(LogItem.Done.class, () -> new LogItem.Done(opId(), update()));
        make(LogEntry.Decided.class, () -> new LogEntry.Decided(taken(), orNull(this::changes)));
        make(LogEntry.Hole.class, LogEntry.Hole::new);
        make(LogEntry.Joined.class, () -> new LogEntry.Joined(changes()));
        make(LogEntry.Done.class, () -> new LogEntry.Done(opId(), update()));

        make(IrMessage.Seal.class, () -> new IrMessage.Seal(epoch(), attempt()));
        make(IrMessage.ReadOpen.class, () -> new IrMessage.ReadOpen(opId(), epoch(), timestamp()));
        make(
                IrMessage.ReadDecided.class,
                () -> new IrMessage.ReadDecided(
                        opId(), epoch(), timestamp(), orNull(this::timestamp), listOf(this::taken)));
        make(
                IrMessage.CompareState.class,
                () -> new IrMessage.CompareState(
                        epoch(),
                        random.nextLong(),
                        stateView(),
                        place(),
                        listOf(this::rangeHash),
                        random.nextBoolean()));
        make(
                IrMessage.ListDecided.class,
                () -> new IrMessage.ListDecided(opId(), random.nextLong(), opId(), attempt(), timestamp()));
        make(
                IrMessage.HashState.class,
                () -> new IrMessage.HashState(
                        random.nextLong(), opId(), attempt(), stateView(), place(), place(), random.nextInt(2_000)));
        make(IrMessage.ReadRecords.class, () -> new IrMessage.ReadRecords(opId(), epoch(), listOf(this::taken)));
        make(
                IrMessage.TakeState.class,
                () -> random.nextBoolean()
                        ? new IrMessage.TakeState(
                                opId(), random.nextLong(), opId(), attempt(), listOf(this::knownOp), null, List.of())
                        : new IrMessage.TakeState(
                                opId(),
                                random.nextLong(),
                                opId(),
                                attempt(),
                                listOf(this::knownOp),
                                statePart(),
                                listOf(() -> new StateReach(place(), place(), timestamp()))));
        make(
                IrMessage.InstallEnd.class,
                () -> new IrMessage.InstallEnd(random.nextLong(), opId(), attempt(), install()));
        make(IrMessage.Activate.class, () -> new IrMessage.Activate(membership(), attempt()));
        make(IrMessage.Sealed.class, () -> new IrMessage.Sealed(epoch(), attempt(), random.nextLong()));
        make(
                IrMessage.RecordPage.class,
                () -> new IrMessage.RecordPage(
                        opId(),
                        random.nextLong(),
                        listOf(this::opRecord),
                        watermarks(),
                        orNull(this::timestamp),
                        random.nextBoolean()));
        make(
                IrMessage.DecidedListed.class,
                () -> new IrMessage.DecidedListed(opId(), watermarks(), listOf(this::taken), orNull(this::timestamp)));
        make(
                IrMessage.RecordsRead.class,
                () -> new IrMessage.RecordsRead(
                        opId(), random.nextLong(), random.nextInt(2_000), listOf(this::opRecord)));
        make(IrMessage.StateTaken.class, () -> new IrMessage.StateTaken(opId(), random.nextBoolean()));
        make(IrMessage.Installed.class, () -> new IrMessage.Installed(epoch(), attempt()));
        make(
                IrMessage.Activated.class,
                () -> new IrMessage.Activated(epoch(), random.nextBoolean(), random.nextLong()));

        make(Address.Client.class, () -> new Address.Client(client()));
        make(Address.Replica.class, () -> new Address.Replica(replica()));
        make(Vote.Ok.class, () -> new Vote.Ok(taken()));
        make(Vote.No.class, () -> new Vote.No(refusal()));
        make(Result.Ok.class, () -> new Result.Ok(taken()));
        make(Result.Abort.class, Result.Abort::new);
        make(Decision.Commit.class, () -> new Decision.Commit(taken()));
        make(Decision.Abort.class, Decision.Abort::new);
        make(TxnRefusal.StaleRead.class, () -> new TxnRefusal.StaleRead(listOf(this::newest)));
        make(TxnRefusal.Conflict.class, () -> new TxnRefusal.Conflict(taken()));
        make(TxnRefusal.Malformed.class, TxnRefusal.Malformed::new);
        make(ReadQuery.Versions.class, () -> new ReadQuery.Versions(listOf(this::key)));
        make(ReadQuery.Relaxed.class, () -> new ReadQuery.Relaxed(key()));
        make(ReadAnswer.Versions.class, () -> new ReadAnswer.Versions(listOf(this::entry), time(), timestamp()));
        make(ReadAnswer.Relaxed.class, () -> new ReadAnswer.Relaxed(orNull(this::relaxedState), time()));
        make(
                ReadQuery.Range.class,
                () -> new ReadQuery.Range(
                        range(), 1 + random.nextInt(ReadQuery.RANGE_ENTRIES_MAX), random.nextBoolean()));
        make(ReadAnswer.Range.class, this::rangeAnswer);
        make(ReadQuery.KeyRead.class, () -> new ReadQuery.KeyRead(key(), timestamp()));
        make(
                ReadQuery.Validate.class,
                () -> new ReadQuery.Validate(new AccessSet(reads(), ranges(), List.of()), timestamp()));
        make(ReadAnswer.KeyRead.class, () -> new ReadAnswer.KeyRead(version(), orNull(this::taken), timestamp()));
        make(
                ReadQuery.Hashes.class,
                () -> new ReadQuery.Hashes(nonEmpty(this::key), new HashKey(random.nextLong(), random.nextLong())));
        make(ReadAnswer.Hashes.class, () -> new ReadAnswer.Hashes(nonEmpty(random::nextLong)));
        make(ReadAnswer.Valid.class, ReadAnswer.Valid::new);
        make(ReadAnswer.Outdated.class, () -> new ReadAnswer.Outdated(listOf(this::newest), timestamp()));
        make(ReadAnswer.Held.class, () -> new ReadAnswer.Held(taken()));
        make(ReadAnswer.Forgotten.class, () -> new ReadAnswer.Forgotten(taken()));
        make(ReadAnswer.Malformed.class, ReadAnswer.Malformed::new);
        make(
                ReadQuery.Feed.class,
                () -> new ReadQuery.Feed(
                        orNull(this::position),
                        range(),
                        1 + random.nextInt(ReadQuery.CHANGES_MAX),
                        random.nextInt(ReadQuery.HOLD_MILLIS_MAX)));
        make(
                ReadAnswer.Feed.class,
                () -> new ReadAnswer.Feed(
                        position(), listOf(() -> any(KeyChange.class)), random.nextLong(Long.MAX_VALUE)));
        make(ReadAnswer.FeedGap.class, () -> new ReadAnswer.FeedGap(position()));
        make(KeyChange.Written.class, () -> new KeyChange.Written(key(), version(), random.nextBoolean()));
        make(KeyChange.Joined.class, () -> new KeyChange.Joined(key(), relaxedState()));
        make(LwwRegister.class, () -> new LwwRegister(taken(), orNull(this::value)));
        make(Counter.class, this::counter);
        make(Spending.class, this::spending);
        make(LwwSet.class, () -> new LwwSet(elements(this::taken), elements(this::taken)));
        make(LwwMap.class, () -> new LwwMap(elements(() -> new LwwRegister(taken(), orNull(this::value)))));
        make(GrowSet.class, () -> GrowSet.of(listOf(this::value)));
    }

    private <T> void make(Class<T> type, Supplier<T> maker) {
        makers.put(type, maker);
    }

    /** The records of a sealed family, however deep. */
    public static List<Class<?>> leavesOf(Class<?> family) {
        if (!family.isSealed()) {
            return List.of(family);
        }
        List<Class<?>> leaves = new ArrayList<>();
        for (Class<?> member : family.getPermittedSubclasses()) {
            leaves.addAll(leavesOf(member));
        }
        return leaves;
    }

    /** One of {@code type}, or of a random member if it is a family; fails for a member that nothing is known of. */
    public <T> T any(Class<T> type) {
        List<Class<?>> leaves = leavesOf(type);
        Class<?> leaf = leaves.get(random.nextInt(leaves.size()));
        Supplier<?> maker = makers.get(leaf);
        if (maker == null) {
            throw new AssertionError("nothing makes a " + leaf.getName() + ": add it here and to the codec");
        }
        return type.cast(maker.get());
    }

    public Envelope envelope(Class<? extends IrMessage> type) {
        return new Envelope(shard(), epoch(), any(Address.class), any(type));
    }

    public Envelope envelope() {
        return envelope(IrMessage.class);
    }

    public Envelope requestOf(ClientId client) {
        return new Envelope(shard(), epoch(), new Address.Client(client), any(IrMessage.Request.class));
    }

    public Envelope replyOf(ReplicaId replica) {
        return new Envelope(shard(), epoch(), new Address.Replica(replica), any(IrMessage.Reply.class));
    }

    public OpRecord opRecord() {
        return new OpRecord(
                taken(),
                orNull(() -> any(Vote.class)),
                ballot(),
                orNull(this::acceptance),
                orNull(() -> any(Decision.class)),
                orNull(this::body));
    }

    public Version version() {
        return random.nextInt(5) == 0 ? Version.NEVER_THERE : new Version(taken(), orNull(this::value));
    }

    public RelaxedState relaxedState() {
        return any(RelaxedState.class);
    }

    public Timestamp taken() {
        return new Timestamp(1 + time() / 2, client());
    }

    public ClientId client() {
        return random.nextBoolean()
                ? new ClientId(random.nextLong(), random.nextLong())
                : new ClientId(random.nextInt(2), 1 + random.nextInt(2));
    }

    public Watermarks watermarks() {
        return Watermarks.NONE.barring(timestamp()).resolving(timestamp()).deleting(timestamp());
    }

    public LogEntry logEntry() {
        return any(LogEntry.class);
    }

    public LogPosition position() {
        return new LogPosition(
                new LogIncarnation(random.nextLong(), epoch()),
                random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(5));
    }

    private LogCursor cursor() {
        return new LogCursor(replica(), position());
    }

    private List<LogItem> items() {
        return listOf(() -> any(LogItem.class));
    }

    private KnownOp knownOp() {
        return new KnownOp(taken(), orNull(() -> any(Decision.class)), orNull(this::body));
    }

    private <T> T orNull(Supplier<T> maker) {
        return random.nextInt(3) == 0 ? null : maker.get();
    }

    private <T> List<T> listOf(Supplier<T> maker) {
        List<T> list = new ArrayList<>();
        int size = random.nextInt(5);
        for (int i = 0; i < size; i++) {
            list.add(maker.get());
        }
        return list;
    }

    private <T> List<T> nonEmpty(Supplier<T> maker) {
        List<T> list = listOf(maker);
        list.add(maker.get());
        return list;
    }

    private Timestamp timestamp() {
        return random.nextInt(4) == 0 ? Timestamp.ZERO : taken();
    }

    private long time() {
        return switch (random.nextInt(4)) {
            case 0 -> random.nextInt(3);
            case 1 -> Long.MAX_VALUE;
            default -> 1_700_000_000_000_000L + random.nextInt();
        };
    }

    private ShardId shard() {
        return new ShardId(random.nextInt(10) == 0 ? Integer.MAX_VALUE : random.nextInt(3));
    }

    private Epoch epoch() {
        return new Epoch(random.nextInt(10) == 0 ? Long.MAX_VALUE : 1 + random.nextInt(3));
    }

    private ReplicaId replica() {
        return new ReplicaId(1 + random.nextInt(5));
    }

    private <T> T oneOf(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private long attempt() {
        return random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(5);
    }

    private Install install() {
        return new Install(membership(), attempt(), listOf(this::opRecord), watermarks());
    }

    private StateView stateView() {
        return new StateView(opId(), orNull(this::timestamp), timestamp());
    }

    private RangeHash rangeHash() {
        return new RangeHash(place(), random.nextLong());
    }

    private Bytes place() {
        return random.nextBoolean() ? Bytes.EMPTY : key().bytes();
    }

    private KeyStates statePart() {
        return new KeyStates(listOf(() -> new KeyStates.KeyState(key(), version(), orNull(this::relaxedState))));
    }

    public EpochState epochState() {
        return new EpochState(membership(), oneOf(List.of(EpochState.Standing.values())), orNull(this::install));
    }

    private Membership membership() {
        List<ReplicaId> members = new ArrayList<>();
        int size = 1 + 2 * random.nextInt(3);
        int first = 1 + random.nextInt(4);
        for (int i = 0; i < size; i++) {
            members.add(new ReplicaId(first + 2 * i));
        }
        return new Membership(shard(), epoch(), members);
    }

    private Ballot ballot() {
        return random.nextInt(4) == 0 ? Ballot.ZERO : new Ballot(random.nextInt(3), random.nextInt(3), client());
    }

    private OpId opId() {
        return new OpId(client(), random.nextInt(4) == 0 ? Long.MAX_VALUE : random.nextInt(3));
    }

    private Key key() {
        int size = random.nextInt(8) == 0 ? Key.SIZE_MAX : 1 + random.nextInt(20);
        return new Key(bytes(size));
    }

    private Bytes value() {
        return bytes(random.nextInt(4) == 0 ? 0 : random.nextInt(200));
    }

    private Bytes bytes(int size) {
        byte[] content = new byte[size];
        random.nextBytes(content);
        return Bytes.wrap(content);
    }

    private String text() {
        return List.of("", "no room", "größer als erlaubt: ∞", "x".repeat(1000)).get(random.nextInt(4));
    }

    private List<ShardId> participants() {
        TreeSet<ShardId> shards = new TreeSet<>();
        shards.add(shard());
        while (random.nextBoolean()) {
            shards.add(new ShardId(random.nextInt(100)));
        }
        return List.copyOf(shards);
    }

    private List<Read> reads() {
        TreeMap<Key, Read> reads = new TreeMap<>();
        for (Key key : listOf(this::key)) {
            Timestamp seen = timestamp();
            reads.put(key, new Read(key, seen, !seen.equals(Timestamp.ZERO) && random.nextBoolean()));
        }
        return List.copyOf(reads.values());
    }

    private KeyRange range() {
        Key one = key();
        Key other = key();
        while (other.equals(one)) {
            other = key();
        }
        return one.compareTo(other) < 0 ? new KeyRange(one, other) : new KeyRange(other, one);
    }

    private List<RangeRead> ranges() {
        TreeMap<KeyRange, RangeRead> ranges = new TreeMap<>();
        for (KeyRange range : listOf(this::range)) {
            List<Read> seen = reads().stream()
                    .filter(read -> range.contains(read.key()) && !read.seen().equals(Timestamp.ZERO))
                    .toList();
            ranges.put(range, new RangeRead(range, seen));
        }
        return List.copyOf(ranges.values());
    }

    private ReadAnswer.Range rangeAnswer() {
        List<ReadAnswer.RangeEntry> entries = new TreeSet<>(listOf(this::key))
                .stream()
                        .map(key -> new ReadAnswer.RangeEntry(key, version(), random.nextBoolean()))
                        .toList();
        return new ReadAnswer.Range(entries, !entries.isEmpty() && random.nextBoolean(), time(), timestamp());
    }

    private PrepareBody body() {
        TreeMap<Key, Write> writes = new TreeMap<>();
        for (Key key : listOf(this::key)) {
            writes.put(key, new Write(key, orNull(this::value)));
        }
        return new PrepareBody(participants(), new AccessSet(reads(), ranges(), List.copyOf(writes.values())));
    }

    private Acceptance acceptance() {
        return new Acceptance(ballot(), any(Result.class));
    }

    private Refusal refusal() {
        if (random.nextBoolean()) {
            return any(TxnRefusal.class);
        }
        Refusal.Barred[] barred = Refusal.Barred.values();
        return barred[random.nextInt(barred.length)];
    }

    private Verdict.Newest newest() {
        return new Verdict.Newest(key(), version());
    }

    private KeyChanges changes() {
        List<KeyChange> changes = new ArrayList<>(listOf(() -> any(KeyChange.class)));
        changes.add(any(KeyChange.class));
        return new KeyChanges(changes);
    }

    private ReadAnswer.Entry entry() {
        return new ReadAnswer.Entry(version(), random.nextBoolean());
    }

    private RelaxedUpdate update() {
        return new RelaxedUpdate(key(), relaxedState());
    }

    private Spending spending() {
        long sequence = random.nextInt(3);
        long cumulative = sequence == 0 ? 0 : random.nextLong() >>> (1 + random.nextInt(Long.SIZE - 1));
        return new Spending(sequence, cumulative, random.nextBoolean());
    }

    private Counter counter() {
        TreeMap<ClientId, Counter.Total> totals = new TreeMap<>();
        for (ClientId client : listOf(this::client)) {
            totals.put(client, new Counter.Total(1 + random.nextInt(3), random.nextLong()));
        }
        return new Counter(totals);
    }

    private <V> SortedMap<Bytes, V> elements(Supplier<V> values) {
        TreeMap<Bytes, V> elements = new TreeMap<>();
        for (Bytes element : listOf(this::value)) {
            elements.put(element, values.get());
        }
        return elements;
    }
}
