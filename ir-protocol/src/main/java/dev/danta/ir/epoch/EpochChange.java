package dev.danta.ir.epoch;

import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Epoch;
import dev.danta.ir.id.OpId;
import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.id.Timestamp;
import dev.danta.ir.message.Address;
import dev.danta.ir.message.Body;
import dev.danta.ir.message.Envelope;
import dev.danta.ir.message.Install;
import dev.danta.ir.message.IrMessage;
import dev.danta.ir.message.OpRecord;
import dev.danta.ir.message.Watermarks;
import dev.danta.ir.quorum.Membership;
import dev.danta.ir.runtime.Effect;
import dev.danta.ir.runtime.Machine;
import dev.danta.ir.runtime.Moment;
import dev.danta.ir.runtime.Report;
import dev.danta.ir.runtime.Timer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Drives one attempt at a change of a shard's members, or finishes a change that was activated before: propose, copy, seal,
 * read what is unsettled, install, activate, and go on until every member serves (protocol.md 9). To replicas it is a client
 * like any other. It keeps nothing and may die at any point; another one goes on with the next attempt.
 *
 * <p>From the seals to the activation the shard stands still. So before the seals whoever is to become a member, on a disk that
 * is none's, is brought the state of one that is ({@link Newcomer}): outcomes, versions and relaxed values are true whatever
 * becomes of the attempt. Nothing rests on it: after the seals each of the next members is compared with all that were sealed,
 * page by page, as if nothing had been copied, and only what differs is sent.
 */
public final class EpochChange implements Machine<EpochChange.Input> {
    /** Of so many operations a sealed member is asked for its records at once. */
    private static final int RECORDS_ASKED_MAX = 1_024;

    private static final Timestamp NOTHING_ABOVE = new Timestamp(Long.MAX_VALUE, ClientId.NONE);

    private final ClientId self;
    private final EpochRules rules;
    private final Settings settings;
    private final @Nullable SortedMap<ReplicaId, Long> wanted;
    private final List<ReplicaId> leaving;
    private final List<ReplicaId> gone;

    private Phase phase = Phase.ASKING;
    private @Nullable ShardConfig config;
    private long operations;
    private long pages;
    private long pagesSeen;
    private int ticks;

    private final Map<ReplicaId, Newcomer> newcomers = new TreeMap<>();
    private final Map<ReplicaId, Source> sealed = new TreeMap<>();
    private final Map<ReplicaId, StateTransfer> installs = new TreeMap<>();
    private final TreeSet<ReplicaId> installed = new TreeSet<>();
    private final TreeSet<ReplicaId> serving = new TreeSet<>();
    private final Map<ReplicaId, StateTransfer> late = new TreeMap<>();
    private final List<StateTransfer> drains = new ArrayList<>();
    /** Questions whose answers only tell whether a member is sealed. */
    private final TreeSet<OpId> looks = new TreeSet<>();

    private final Map<Long, ReplicaId> recordReads = new LinkedHashMap<>();
    private final Map<ReplicaId, List<Timestamp>> wantedRecords = new TreeMap<>();
    private @Nullable Install install;
    private final ConfigRequest first;

    /** What a driver is told. */
    public sealed interface Input {
        /** First and once. */
        record Begun() implements Input {}

        /** The configuration has answered. */
        record Configured(ShardConfig.Answer answer) implements Input {}

        /** A message came. */
        record Received(Envelope envelope) implements Input {}

        /** A timer that this machine armed has fired. */
        record TimerFired(Timer timer) implements Input {}
    }

    /**
     * What an operator may choose.
     *
     * @param againNanos after how long what is unanswered is said again; short costs messages, long costs time after a loss
     * @param ticksMax how often in a row it is said again, and nothing comes on, before the driver gives up: a member that it
     *     began with may be gone
     */
    public record Settings(long againNanos, int ticksMax) {
        public Settings {
            if (againNanos < 1 || ticksMax < 1) {
                throw new IllegalArgumentException(
                        "times and counts must be positive: " + againNanos + ", " + ticksMax);
            }
        }
    }

    /**
     * Told when it has ended.
     *
     * @param done whether what was wanted is active, and all members serve
     * @param drained whether the members also have what was only on those that are members no more
     */
    public record Ended(boolean done, boolean drained) implements Report {}

    record Again() implements Timer {}

    /** What is being done. */
    public enum Phase {
        /** The configuration is asked to begin. */
        ASKING,
        /** New members are brought what an old one has, while all go on. */
        COPYING,
        /** The members of the epoch that ends are sealed. */
        SEALING,
        /** What is unsettled at them is read. */
        READING,
        /** The members of the next epoch get the state. */
        INSTALLING,
        /** The configuration is asked to activate. */
        ACTIVATING,
        /** The epoch is active; whoever does not serve yet is brought there, and what others have left is fetched. */
        FINISHING,
        /** It has ended. */
        OVER
    }

    /**
     * How far it is, for who watches.
     *
     * @param pages of state that were looked at or taken so far, by all replicas together; it never goes back, and while a
     *     change goes on it grows
     */
    public record Progress(Phase phase, long pages) {}

    /** What a sealed member is known to have. */
    private static final class Source {
        private final long incarnation;
        private final TreeMap<Timestamp, OpRecord> unsettled = new TreeMap<>();
        private final TreeMap<Timestamp, OpRecord> asked = new TreeMap<>();
        private Watermarks watermarks = Watermarks.NONE;
        private Timestamp after = Timestamp.ZERO;
        private @Nullable OpId reading;
        private boolean isRead;

        Source(long incarnation) {
            this.incarnation = incarnation;
        }
    }

    /**
     * A driver with nothing done yet.
     *
     * @param self random, of this driver's life only
     * @param from the epoch that is to end, if {@code wanted} is given
     * @param wanted the members of the next epoch and the incarnations of their disks; null to finish what is active
     */
    public EpochChange(
            ClientId self,
            Epoch from,
            @Nullable SortedMap<ReplicaId, Long> wanted,
            EpochRules rules,
            Settings settings) {
        this(self, from, wanted, List.of(), List.of(), rules, settings);
    }

    private EpochChange(
            ClientId self,
            Epoch from,
            @Nullable SortedMap<ReplicaId, Long> wanted,
            List<ReplicaId> leaving,
            List<ReplicaId> gone,
            EpochRules rules,
            Settings settings) {
        this.self = self;
        this.wanted = wanted;
        this.leaving = leaving;
        this.gone = gone;
        this.rules = rules;
        this.settings = settings;
        this.first = wanted == null ? new ConfigRequest.Read() : new ConfigRequest.Propose(from, wanted);
    }

    /**
     * One that finishes what is active, and brings the members what is on {@code leaving}: members of earlier epochs that
     * are to stop, when their driver died before it had done that.
     */
    public static EpochChange finishing(
            ClientId self, Epoch active, List<ReplicaId> leaving, EpochRules rules, Settings settings) {
        return finishing(self, active, leaving, List.of(), rules, settings);
    }

    /**
     * The same, where nobody waits for members that are {@code gone}: their disks are lost, and they will neither serve nor
     * take anything.
     */
    public static EpochChange finishing(
            ClientId self,
            Epoch active,
            List<ReplicaId> leaving,
            List<ReplicaId> gone,
            EpochRules rules,
            Settings settings) {
        return new EpochChange(self, active, null, List.copyOf(leaving), List.copyOf(gone), rules, settings);
    }

    @Override
    public List<Effect> handle(Input input, Moment now) {
        if (phase == Phase.OVER) {
            return List.of();
        }
        List<Effect> effects = new ArrayList<>();
        if (input instanceof Input.Begun) {
            effects.add(new Effect.Tell(first));
            armAgain(effects);
        } else if (input instanceof Input.Configured configured) {
            onConfigured(configured.answer(), effects);
        } else if (input instanceof Input.Received received) {
            Envelope envelope = received.envelope();
            if (envelope.from() instanceof Address.Replica replica
                    && envelope.message() instanceof IrMessage.Reply reply
                    && config != null
                    && envelope.shard().equals(config.active().shard())) {
                onReply(replica.id(), reply, effects);
            }
        } else if (input instanceof Input.TimerFired fired && fired.timer() instanceof Again) {
            onAgain(effects);
        }
        return effects;
    }

    private ShardConfig config() {
        if (config == null) {
            throw new IllegalStateException("the configuration has not answered yet");
        }
        return config;
    }

    private ShardConfig.Change change() {
        ShardConfig.Change change = config().change();
        if (change == null) {
            throw new IllegalStateException("no change is under way");
        }
        return change;
    }

    private void armAgain(List<Effect> effects) {
        effects.add(new Effect.Arm(new Again(), settings.againNanos(), settings.againNanos() / 2));
    }

    private void end(boolean done, List<Effect> effects) {
        phase = Phase.OVER;
        effects.add(new Effect.Cancel(new Again()));
        effects.add(new Effect.Tell(new Ended(done, done && isDrained())));
    }

    private boolean isDrained() {
        return drains.stream().allMatch(StateTransfer::isOver);
    }

    private void onAgain(List<Effect> effects) {
        ticks = pages == pagesSeen ? ticks + 1 : 1;
        pagesSeen = pages;
        if (ticks > settings.ticksMax()) {
            end(false, effects);
            return;
        }
        switch (phase) {
            case ASKING -> effects.add(new Effect.Tell(first));
            case COPYING -> copyOn(effects);
            case SEALING -> {
                seal(effects);
                late.values().forEach(transfer -> transfer.resend(effects));
            }
            case READING -> readOn(effects);
            case INSTALLING -> installs.forEach((to, transfer) -> transfer.resend(effects));
            case ACTIVATING -> activate(effects);
            case FINISHING -> finishOn(effects);
            case OVER -> {}
        }
        armAgain(effects);
    }

    private void onConfigured(ShardConfig.Answer answer, List<Effect> effects) {
        if (phase == Phase.ASKING && answer.request().equals(first)) {
            config = answer.config();
            if (!answer.done()) {
                end(false, effects);
            } else if (wanted == null) {
                leaving.forEach(this::drain);
                finish(effects);
            } else {
                beginCopying(effects);
            }
        } else if (phase == Phase.ACTIVATING && answer.request() instanceof ConfigRequest.Activate) {
            if (answer.done()) {
                Membership old = config().active();
                config = answer.config();
                serving.clear();
                late.clear();
                drainFrom(old);
                finish(effects);
            } else {
                end(false, effects);
            }
        }
    }

    /** Old members whose state has not been read: what only they have must not be lost with their log. */
    private void drainFrom(Membership old) {
        for (ReplicaId source : old.members()) {
            if (!sealed.containsKey(source)) {
                drain(source);
            }
        }
    }

    private void drain(ReplicaId source) {
        if (!rules.mustDrain()) {
            return;
        }
        config().incarnations().forEach((target, incarnation) -> {
            if (!target.equals(source) && !gone.contains(target)) {
                drains.add(transfer(target, incarnation)
                        .of(new StateTransfer.Reader(source, config().active().epoch(), null)));
            }
        });
    }

    private OpId operation() {
        return new OpId(self, ++operations);
    }

    private void send(ReplicaId to, IrMessage.Request request, List<Effect> effects) {
        Membership active = config().active();
        effects.add(new Effect.Send(
                new Address.Replica(to),
                new Envelope(active.shard(), active.epoch(), new Address.Client(self), request)));
    }

    private StateTransfer transfer(ReplicaId target, long incarnation) {
        return new StateTransfer(this::send, this::operation, target, incarnation, rules);
    }

    /** Disks that are no member's yet are copied to before anybody is sealed. */
    private void beginCopying(List<Effect> effects) {
        phase = Phase.COPYING;
        change().incarnations().forEach((target, incarnation) -> {
            if (!config().incarnations().containsValue(incarnation)) {
                newcomers.put(target, new Newcomer(transfer(target, incarnation), sources(target)));
            }
        });
        newcomers.values().forEach(newcomer -> newcomer.begin(effects));
        sealWhenCopied(effects);
        lookForSeals(effects);
    }

    /** A driver before this one may have sealed members, and then nobody is served: whoever is copied from need not be one. */
    private void lookForSeals(List<Effect> effects) {
        looks.clear();
        if (phase == Phase.COPYING) {
            for (ReplicaId member : config().active().members()) {
                OpId look = operation();
                looks.add(look);
                send(member, new IrMessage.ReadOpen(look, config().active().epoch(), NOTHING_ABOVE), effects);
            }
        }
    }

    /** Members to copy from, the ones that stay first: whoever is replaced may be gone. */
    private List<StateTransfer.Reader> sources(ReplicaId target) {
        List<StateTransfer.Reader> staying = new ArrayList<>();
        List<StateTransfer.Reader> leavingNow = new ArrayList<>();
        config().incarnations().forEach((source, incarnation) -> {
            if (!source.equals(target)) {
                boolean stays = incarnation.equals(change().incarnations().get(source));
                (stays ? staying : leavingNow)
                        .add(new StateTransfer.Reader(source, config().active().epoch(), incarnation));
            }
        });
        // Several newcomers do not all ask the same.
        Collections.rotate(staying, newcomers.size());
        staying.addAll(leavingNow);
        return staying;
    }

    private void copyOn(List<Effect> effects) {
        newcomers.values().forEach(newcomer -> newcomer.again(effects));
        late.values().forEach(transfer -> transfer.resend(effects));
        sealWhenCopied(effects);
        lookForSeals(effects);
    }

    /** A newcomer that does not come on is left behind, unless too few would be left to begin with. */
    private void sealWhenCopied(List<Effect> effects) {
        boolean isAnyUnderWay = newcomers.values().stream().anyMatch(Newcomer::isUnderWay);
        long copied = newcomers.values().stream().filter(Newcomer::isReady).count();
        int staying = change().incarnations().size() - newcomers.size();
        if (!isAnyUnderWay && copied + staying >= rules.installsNeeded(change().next())) {
            beginSealing(effects);
        }
    }

    private void onCopying(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        Long member = config().incarnations().get(from);
        if (reply instanceof IrMessage.RecordPage page
                && page.sealed()
                && member != null
                && member == page.incarnation()) {
            // A driver before this one had got further, and nobody is served meanwhile.
            beginSealing(effects);
            return;
        }
        onNews(from, reply, effects);
        newcomers.values().forEach(newcomer -> newcomer.onReply(from, reply, effects));
        sealWhenCopied(effects);
    }

    private void beginSealing(List<Effect> effects) {
        phase = Phase.SEALING;
        ticks = 0;
        seal(effects);
    }

    private void seal(List<Effect> effects) {
        for (ReplicaId member : config().active().members()) {
            send(member, new IrMessage.Seal(config().active().epoch(), change().attempt()), effects);
        }
    }

    private void onReply(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        if ((reply instanceof IrMessage.RecordPage page && !looks.contains(page.id()))
                || reply instanceof IrMessage.Compared
                || (reply instanceof IrMessage.StateTaken taken && taken.taken())) {
            pages++;
        }
        if (phase == Phase.COPYING) {
            onCopying(from, reply, effects);
        } else if (phase == Phase.SEALING) {
            onSealing(from, reply, effects);
        } else if (phase == Phase.READING) {
            onRead(from, reply, effects);
        } else if (phase == Phase.INSTALLING) {
            onInstalling(from, reply, effects);
        } else if (phase == Phase.FINISHING) {
            onFinishing(from, reply, effects);
        }
    }

    private void onSealing(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        if (reply instanceof IrMessage.Sealed seal) {
            onSealed(from, seal, effects);
        } else {
            onNews(from, reply, effects);
        }
    }

    /** The driver of the last change may have died when it was active, before it had told anybody: then that is done first. */
    private void onNews(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        Membership active = config().active();
        if (reply instanceof IrMessage.WrongEpoch wrong) {
            boolean isBehind = wrong.current().epoch().compareTo(active.epoch()) <= 0;
            if (isBehind && active.hasMember(from)) {
                send(from, new IrMessage.Activate(active, config().activated()), effects);
            }
        } else {
            fillLate(from, reply, effects);
        }
    }

    private void onSealed(ReplicaId from, IrMessage.Sealed seal, List<Effect> effects) {
        Long expected = config().incarnations().get(from);
        if (expected == null
                || expected != seal.incarnation()
                || !seal.epoch().equals(config().active().epoch())
                || seal.attempt() != change().attempt()) {
            return;
        }
        sealed.putIfAbsent(from, new Source(seal.incarnation()));
        if (sealed.size() >= rules.sealsNeeded(config().active())) {
            phase = Phase.READING;
            readOn(effects);
        }
    }

    /** Asks every source for its next page of the unsettled, and once all are read for what it has not shown of them. */
    private void readOn(List<Effect> effects) {
        if (sealed.values().stream().anyMatch(source -> !source.isRead)) {
            sealed.forEach((id, source) -> {
                if (!source.isRead) {
                    readOpen(id, source, effects);
                }
            });
            return;
        }
        if (recordReads.isEmpty() && wantedRecords.isEmpty()) {
            planRecordReads();
        }
        if (wantedRecords.isEmpty()) {
            beginInstalls(effects);
            return;
        }
        recordReads.clear();
        wantedRecords.keySet().forEach(id -> readRecords(id, effects));
    }

    private void readOpen(ReplicaId id, Source source, List<Effect> effects) {
        OpId operation = operation();
        source.reading = operation;
        send(id, new IrMessage.ReadOpen(operation, config().active().epoch(), source.after), effects);
    }

    private void readRecords(ReplicaId id, List<Effect> effects) {
        List<Timestamp> wantedOfIt = wantedRecords.getOrDefault(id, List.of());
        OpId operation = operation();
        recordReads.put(operation.sequence(), id);
        List<Timestamp> some = wantedOfIt.subList(0, Math.min(wantedOfIt.size(), RECORDS_ASKED_MAX));
        send(id, new IrMessage.ReadRecords(operation, config().active().epoch(), some), effects);
    }

    private void planRecordReads() {
        TreeSet<Timestamp> unsettled = new TreeSet<>();
        sealed.values().forEach(source -> unsettled.addAll(source.unsettled.keySet()));
        sealed.forEach((id, source) -> {
            TreeSet<Timestamp> missing = new TreeSet<>(unsettled);
            missing.removeAll(source.unsettled.keySet());
            if (!missing.isEmpty() && rules.everyRecordCounts()) {
                wantedRecords.put(id, List.copyOf(missing));
            }
        });
    }

    private void onRead(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        Source source = sealed.get(from);
        if (source == null) {
            return;
        }
        if (reply instanceof IrMessage.RecordPage page
                && !source.isRead
                && page.id().equals(source.reading)
                && page.incarnation() == source.incarnation) {
            source.watermarks = page.watermarks();
            source.reading = null;
            page.records().forEach(known -> source.unsettled.put(known.id(), known));
            Timestamp next = page.next();
            source.isRead = next == null;
            if (next != null) {
                source.after = next;
                readOpen(from, source, effects);
            } else if (sealed.values().stream().allMatch(one -> one.isRead)) {
                readOn(effects);
            }
        } else if (reply instanceof IrMessage.RecordsRead read
                && from.equals(recordReads.get(read.id().sequence()))
                && read.incarnation() == source.incarnation) {
            onRecordsRead(from, source, read, effects);
        }
    }

    private void onRecordsRead(ReplicaId from, Source source, IrMessage.RecordsRead read, List<Effect> effects) {
        recordReads.remove(read.id().sequence());
        read.records().forEach(known -> source.asked.put(known.id(), known));
        List<Timestamp> wantedOfIt = wantedRecords.getOrDefault(from, List.of());
        if (read.looked() < wantedOfIt.size()) {
            wantedRecords.put(from, wantedOfIt.subList(Math.max(0, read.looked()), wantedOfIt.size()));
            readRecords(from, effects);
            return;
        }
        wantedRecords.remove(from);
        if (wantedRecords.isEmpty()) {
            beginInstalls(effects);
        }
    }

    private List<OpRecord> merged() {
        TreeSet<Timestamp> unsettled = new TreeSet<>();
        sealed.values().forEach(source -> unsettled.addAll(source.unsettled.keySet()));
        List<OpRecord> merged = new ArrayList<>();
        for (Timestamp id : unsettled) {
            List<Merge.Known> known = new ArrayList<>();
            Body body = null;
            for (Source source : sealed.values()) {
                OpRecord found = source.unsettled.getOrDefault(id, source.asked.get(id));
                known.add(new Merge.Known(id, found, source.watermarks));
                if (found != null && found.body() != null) {
                    body = found.body();
                }
            }
            Merge.Verdict verdict = rules.merge(known, config().active());
            merged.add(Merge.installed(id, verdict, body, change().next().epoch(), self));
        }
        return merged;
    }

    private void beginInstalls(List<Effect> effects) {
        phase = Phase.INSTALLING;
        Watermarks greatest = Watermarks.NONE;
        for (Source source : sealed.values()) {
            greatest = greatest(greatest, source.watermarks);
        }
        install = new Install(change().next(), change().attempt(), merged(), greatest);
        Install whole = install;
        change().incarnations().forEach((target, incarnation) -> {
            Newcomer copied = newcomers.get(target);
            List<StateTransfer.Reader> readers = new ArrayList<>();
            sealed.forEach((id, source) -> {
                if (!id.equals(target)
                        && rules.isInSnapshot(id, new TreeSet<>(sealed.keySet()))
                        && rules.isReadAfterSeal(copied != null && copied.isReady())) {
                    readers.add(new StateTransfer.Reader(id, config().active().epoch(), source.incarnation));
                }
            });
            StateTransfer transfer = copied == null ? transfer(target, incarnation) : copied.transfer();
            installs.put(target, transfer);
            transfer.begin(readers, whole, StateTransfer.Purpose.BRING, effects);
        });
    }

    private static Watermarks greatest(Watermarks one, Watermarks other) {
        return new Watermarks(
                Timestamp.max(one.noFirstVoteBelow(), other.noFirstVoteBelow()),
                Timestamp.max(one.resolvedBelow(), other.resolvedBelow()),
                Timestamp.max(one.deletedBelow(), other.deletedBelow()));
    }

    private void onInstalling(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        installs.forEach((target, transfer) -> transfer.onReply(from, reply, effects));
        StateTransfer own = installs.get(from);
        if (own != null
                && own.isOver()
                && reply instanceof IrMessage.Installed done
                && done.attempt() == change().attempt()
                && done.next().equals(change().next().epoch())) {
            installed.add(from);
        }
        if (installed.size() >= rules.installsNeeded(change().next())) {
            phase = Phase.ACTIVATING;
            activate(effects);
        }
    }

    private void activate(List<Effect> effects) {
        effects.add(new Effect.Tell(new ConfigRequest.Activate(change().next().epoch(), change().attempt())));
    }

    private void finish(List<Effect> effects) {
        phase = Phase.FINISHING;
        ticks = 0;
        finishOn(effects);
    }

    private void finishOn(List<Effect> effects) {
        Membership active = config().active();
        for (ReplicaId member : active.members()) {
            if (!serving.contains(member)) {
                send(member, new IrMessage.Activate(active, config().activated()), effects);
            }
        }
        // Whoever is a member no more must know so, or its clients would never hear where to go.
        for (ReplicaId registered : config().starts().keySet()) {
            if (!active.hasMember(registered)) {
                send(registered, new IrMessage.Activate(active, config().activated()), effects);
            }
        }
        late.values().forEach(transfer -> transfer.resend(effects));
        for (StateTransfer drain : drains) {
            send(drain.source(), new IrMessage.Activate(active, config().activated()), effects);
            // Whoever is still being filled would mix the two, and has no watermark by which it could tell what is
            // forgotten.
            if (serving.contains(drain.target())) {
                drain.resend(effects);
            }
        }
        if (allServe() && (isDrained() || ticks > settings.ticksMax() / 2)) {
            end(true, effects);
        }
    }

    private void onFinishing(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        fillLate(from, reply, effects);
        drains.forEach(transfer -> transfer.onReply(from, reply, effects));
        if (allServe() && isDrained()) {
            end(true, effects);
        }
    }

    private boolean allServe() {
        return config().active().members().stream()
                .allMatch(member -> serving.contains(member) || gone.contains(member));
    }

    /** Goes on with members of the active epoch that were not among those whose installs it rests on. */
    private void fillLate(ReplicaId from, IrMessage.Reply reply, List<Effect> effects) {
        if (reply instanceof IrMessage.Activated activated) {
            onActivated(from, activated, effects);
        }
        late.values().forEach(transfer -> transfer.onReply(from, reply, effects));
        StateTransfer own = late.get(from);
        if (own != null && own.isOver() && reply instanceof IrMessage.Installed) {
            send(from, new IrMessage.Activate(config().active(), config().activated()), effects);
        }
    }

    private void onActivated(ReplicaId from, IrMessage.Activated activated, List<Effect> effects) {
        Membership active = config().active();
        Long expected = config().incarnations().get(from);
        if (!activated.epoch().equals(active.epoch()) || expected == null || expected != activated.incarnation()) {
            return;
        }
        if (activated.serving()) {
            serving.add(from);
            late.remove(from);
            return;
        }
        ReplicaId source = source();
        if (!late.containsKey(from) && source != null) {
            // One transfer goes on, where there is one: another would have to wait until this is taken for dead.
            StateTransfer begun = installs.remove(from);
            StateTransfer transfer =
                    begun != null && begun.incarnation() == expected ? begun : transfer(from, expected);
            late.put(from, transfer);
            transfer.begin(
                    List.of(new StateTransfer.Reader(
                            source, active.epoch(), config().incarnations().get(source))),
                    new Install(active, config().activated(), List.of(), Watermarks.NONE),
                    StateTransfer.Purpose.TEACH,
                    effects);
        }
    }

    /** A member that has the whole state of the active epoch, if one is known: who was sealed before has that of the last one. */
    private @Nullable ReplicaId source() {
        if (!serving.isEmpty()) {
            return serving.first();
        }
        return phase == Phase.SEALING && !sealed.isEmpty()
                ? sealed.keySet().iterator().next()
                : null;
    }

    /** How far it is. */
    public Progress progress() {
        return new Progress(phase, pages);
    }

    /** Whether it has ended. */
    public boolean isOver() {
        return phase == Phase.OVER;
    }
}
