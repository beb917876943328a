package dev.danta.sim.workload;

import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.model.KeyValueModel.Input;
import dev.danta.check.model.KeyValueModel.Output;
import dev.danta.check.txn.ConvergenceCheck;
import dev.danta.check.txn.FreshnessCheck;
import dev.danta.check.txn.ReplicatedChange;
import dev.danta.check.txn.ReplicatedChange.Change;
import dev.danta.check.txn.ReplicatedState;
import dev.danta.check.txn.SessionsCheck;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.Timestamp;
import dev.danta.occ.Key;
import dev.danta.occ.KeyRange;
import dev.danta.relaxed.LwwRegister;
import dev.danta.relaxed.RelaxedState;
import dev.danta.sim.kernel.SimRandom;
import dev.danta.txn.client.CallOutcome;
import dev.danta.txn.client.ClientCall;
import dev.danta.txn.client.ClientCall.Level;
import dev.danta.txn.client.SessionMarks;
import dev.danta.txn.key.KeyLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Relaxed registers, written by everybody and read at every level; each level is judged by a history of its own. What single
 * replicas show somebody has written, and in the end all show the same. What quorums show is at least what was acknowledged
 * or shown by a quorum before; what was remembered, at least what was acknowledged so long ago. Sessions wander from client
 * to client, with their token, also away from dead ones: what they see never goes back.
 *
 * <p>Clients may also have feeds keep what they remember fresh, now and then. What is remembered promises the same; besides, of one
 * client it never goes back, and quorums show it afterwards.
 */
public final class LevelsWorkload implements Workload {
    private static final long MILLI = 1_000_000L;
    private static final String CLUSTER = "sim";
    private static final int SESSIONS_MAX = 6;

    /** Clients' clocks may run slow, and what they take for so long is longer. */
    private static final int CLOCK_SLACK = 2;

    private static final KeyRange KEYS = KeyLayout.prefix("sim", "level", List.of());

    private final int keys;
    private final int roomBytes;
    private final long staleNanos;
    private final LevelRules rules;
    private final boolean isKeptFresh;
    /** What clients do besides where that is to be hard. */
    private final @Nullable Stirring stirring;
    /** What clients keep fresh, as they know it. */
    private final Map<Caller, List<Long>> kept = new LinkedHashMap<>();

    private final List<Event> events = new ArrayList<>();
    private final List<Traveller> travellers = new ArrayList<>();
    private long written;
    private long numbers;

    /** Whether feeds keep what is remembered fresh. */
    public enum Fresh {
        NEVER,
        AT_TIMES,
        /** At times, and everything is changed in bursts meanwhile. */
        STIRRED
    }

    /** Who has seen or done something, as far as it matters for a history. */
    private enum Role {
        PUT,
        LOCAL,
        LAST,
        QUORUM,
        CACHED
    }

    /**
     * What was done.
     *
     * @param session the session that it was done in, or null
     * @param caller the client that it was done by
     * @param asked what was to be written; null for a read, and for a deletion
     * @param state what was written or read; null for nothing, and for a write if nobody knows what became of it
     * @param completedNanos -1 if nobody knows what became of it
     */
    private record Event(
            Role role,
            @Nullable Traveller session,
            Caller caller,
            String key,
            @Nullable String asked,
            @Nullable LwwRegister state,
            long invokedNanos,
            long completedNanos) {
        boolean isKnown() {
            return completedNanos >= 0;
        }
    }

    /** A session, and where it is. */
    private static final class Traveller {
        private final long number;
        private Bytes token;
        private @Nullable Caller host;
        private boolean isBusy;

        Traveller(long number, Bytes token) {
            this.number = number;
            this.token = token;
        }

        boolean isFree() {
            return !isBusy || (host != null && !host.isAlive());
        }
    }

    /**
     * So many registers.
     *
     * @param roomBytes for what each session has seen
     * @param staleNanos how old what is remembered may be, by the clock of whoever remembers it
     * @param fresh whether feeds are to keep it fresh at times
     */
    public LevelsWorkload(int keys, int roomBytes, long staleNanos, LevelRules rules, Fresh fresh) {
        this.isKeptFresh = fresh != Fresh.NEVER;
        this.stirring = fresh == Fresh.STIRRED ? new Stirring(keys, staleNanos, new Steps()) : null;
        this.keys = keys;
        this.roomBytes = roomBytes;
        this.staleNanos = staleNanos;
        this.rules = rules;
    }

    private static Key keyOf(String name) {
        return KeyLayout.key("sim", "level", List.of(name));
    }

    @Override
    public Script newScript(Caller caller, SimRandom random) {
        if (stirring != null) {
            stirring.join(caller);
        }
        return done -> {
            if (stirring != null && random.chance(0.9)) {
                stirring.act(caller, random, done);
                return;
            }
            String key = "k" + random.below(keys);
            int dice = random.below(100);
            if (isKeptFresh && random.chance(0.75)) {
                keepFreshOrRead(caller, random, key, done);
            } else if (dice < 50) {
                wander(caller, random, done);
            } else if (dice < 65) {
                put(caller, random, key, done);
            } else if (dice < 77) {
                read(caller, random, Role.LOCAL, new ClientCall.ReadRelaxed(keyOf(key), Level.LOCAL), key, done);
            } else if (dice < 88) {
                read(caller, random, Role.QUORUM, new ClientCall.ReadRelaxed(keyOf(key), rules.quorum()), key, done);
            } else {
                read(caller, random, Role.CACHED, cached(key), key, done);
            }
        };
    }

    private ClientCall.ReadRelaxed cached(String key) {
        return new ClientCall.ReadRelaxed(keyOf(key), Level.QUORUM, null, rules.maxAgeNanos(staleNanos));
    }

    private void keepFreshOrRead(Caller caller, SimRandom random, String key, Runnable done) {
        Steps steps = new Steps();
        List<Long> mine = kept(caller);
        if (mine.isEmpty() ? random.chance(0.3) : random.chance(0.02)) {
            steps.keepFresh(caller, random, done);
        } else if (!mine.isEmpty() && random.chance(0.02)) {
            steps.letGo(caller, random, done);
        } else if (random.chance(0.1)) {
            put(caller, random, key, done);
        } else {
            steps.look(caller, random, key, done);
        }
    }

    private List<Long> kept(Caller caller) {
        return kept.computeIfAbsent(caller, c -> new ArrayList<>());
    }

    private final class Steps implements Stirring.Steps {
        @Override
        public void put(Caller caller, SimRandom random, String key, Runnable done) {
            LevelsWorkload.this.put(caller, random, key, done);
        }

        @Override
        public void look(Caller caller, SimRandom random, String key, Runnable done) {
            read(caller, random, Role.CACHED, cached(key), key, done);
        }

        @Override
        public void keepFresh(Caller caller, SimRandom random, Runnable done) {
            ClientCall keep = new ClientCall.KeepFresh(KEYS, false, staleNanos);
            caller.call(keep, deadline(random), outcome -> {
                if (outcome instanceof CallOutcome.KeptFresh begun) {
                    kept(caller).add(begun.kept());
                }
                done.run();
            });
        }

        @Override
        public void letGo(Caller caller, SimRandom random, Runnable done) {
            List<Long> mine = kept(caller);
            ClientCall letGo = new ClientCall.LetGo(mine.remove(random.below(mine.size())));
            caller.call(letGo, deadline(random), outcome -> done.run());
        }

        @Override
        public boolean isKept(Caller caller) {
            return !kept(caller).isEmpty();
        }
    }

    private static long deadline(SimRandom random) {
        return random.between(100, 3_000) * MILLI;
    }

    private void put(Caller caller, SimRandom random, String key, Runnable done) {
        String value = "v" + written++;
        long invoked = caller.nowNanos();
        ClientCall put = new ClientCall.PutRegister(keyOf(key), Bytes.utf8(value));
        caller.call(put, deadline(random), outcome -> {
            note(Role.PUT, null, caller, key, value, outcome, invoked);
            done.run();
        });
    }

    private void read(
            Caller caller, SimRandom random, Role role, ClientCall.ReadRelaxed read, String key, Runnable done) {
        long invoked = caller.nowNanos();
        caller.call(read, deadline(random), outcome -> {
            note(role, null, caller, key, null, outcome, invoked);
            done.run();
        });
    }

    private void note(
            Role role,
            @Nullable Traveller session,
            Caller caller,
            String key,
            @Nullable String asked,
            CallOutcome outcome,
            long invoked) {
        long now = caller.nowNanos();
        if (outcome instanceof CallOutcome.Updated updated) {
            events.add(new Event(role, session, caller, key, asked, register(updated.change()), invoked, now));
        } else if (outcome instanceof CallOutcome.Relaxed read) {
            events.add(new Event(role, session, caller, key, asked, register(read.state()), invoked, now));
        } else if (role == Role.PUT && !(outcome instanceof CallOutcome.Failed)) {
            events.add(new Event(role, session, caller, key, asked, null, invoked, -1));
        }
    }

    private static @Nullable LwwRegister register(@Nullable RelaxedState state) {
        return state instanceof LwwRegister register ? register : null;
    }

    /** One step or several of a session that is nowhere else; it leaves with what it has seen. */
    private void wander(Caller caller, SimRandom random, Runnable done) {
        List<Traveller> free = travellers.stream().filter(Traveller::isFree).toList();
        Traveller traveller;
        if (free.isEmpty() || (travellers.size() < SESSIONS_MAX && random.chance(0.2))) {
            traveller = new Traveller(numbers++, new SessionMarks(CLUSTER, roomBytes).token());
            travellers.add(traveller);
        } else {
            traveller = random.pick(free);
        }
        traveller.isBusy = true;
        traveller.host = caller;
        SessionMarks session = rules.carried(SessionMarks.parse(traveller.token, CLUSTER, roomBytes));
        step(caller, random, traveller, session, 1 + random.below(4), () -> {
            traveller.isBusy = false;
            done.run();
        });
    }

    private void step(
            Caller caller, SimRandom random, Traveller traveller, SessionMarks session, int steps, Runnable done) {
        if (steps == 0) {
            done.run();
            return;
        }
        Runnable next = () -> step(caller, random, traveller, session, steps - 1, done);
        String key = "k" + random.below(keys);
        long invoked = caller.nowNanos();
        if (random.chance(0.4)) {
            String value = "v" + written++;
            ClientCall put = new ClientCall.PutRegister(keyOf(key), Bytes.utf8(value), session.greatest());
            caller.call(put, deadline(random), outcome -> {
                if (outcome instanceof CallOutcome.Updated updated && isHere(traveller, caller)) {
                    session.wrote(keyOf(key), updated.change());
                    traveller.token = session.token();
                    note(Role.PUT, traveller, caller, key, value, outcome, invoked);
                    next.run();
                } else {
                    note(Role.PUT, null, caller, key, value, outcome, invoked);
                    done.run();
                }
            });
        } else {
            read(caller, random, traveller, session, key, rules.level(session, keyOf(key)), invoked, next, done);
        }
    }

    private void read(
            Caller caller,
            SimRandom random,
            Traveller traveller,
            SessionMarks session,
            String key,
            Level level,
            long invoked,
            Runnable next,
            Runnable done) {
        boolean remembered = level == Level.SESSION && random.chance(0.2);
        ClientCall.ReadRelaxed read = new ClientCall.ReadRelaxed(
                keyOf(key),
                remembered ? Level.QUORUM : level,
                rules.demanded(session.mark(keyOf(key))),
                remembered ? staleNanos : 0);
        caller.call(read, deadline(random), outcome -> {
            if (!(outcome instanceof CallOutcome.Relaxed found) || !isHere(traveller, caller)) {
                done.run();
            } else if (found.state() == null
                    || session.saw(keyOf(key), found.state(), level)
                    || rules.level(session, keyOf(key)) != Level.QUORUM) {
                traveller.token = session.token();
                note(Role.LOCAL, traveller, caller, key, null, outcome, invoked);
                next.run();
            } else {
                read(caller, random, traveller, session, key, Level.QUORUM, invoked, next, done);
            }
        });
    }

    /** A client that died while it had the session is not heard of again, in its name. */
    private static boolean isHere(Traveller traveller, Caller caller) {
        return caller.isAlive() && traveller.host == caller;
    }

    @Override
    public void readAll(Caller caller, SimRandom random, Consumer<Boolean> answered) {
        if (stirring != null && stirring.isOpen()) {
            answered.accept(false);
        } else {
            readFrom(0, caller, answered);
        }
    }

    private void readFrom(int number, Caller caller, Consumer<Boolean> answered) {
        if (number == keys) {
            answered.accept(true);
            return;
        }
        String key = "k" + number;
        long invoked = caller.nowNanos();
        ClientCall.ReadRelaxed read = new ClientCall.ReadRelaxed(keyOf(key), Level.QUORUM);
        caller.call(read, 10_000 * MILLI, outcome -> {
            if (outcome instanceof CallOutcome.Relaxed) {
                note(Role.LAST, null, caller, key, null, outcome, invoked);
                readFrom(number + 1, caller, answered);
            } else {
                answered.accept(false);
            }
        });
    }

    @Override
    public void judge() {
        Map<String, List<Timestamp>> stamps = stamps();
        Log.demandValid("sessions", SessionsCheck.check(sessions(stamps)).result());
        Log.demandValid(
                "quorums",
                FreshnessCheck.check(
                                history(stamps, event -> event.role() == Role.QUORUM || event.role() == Role.LAST),
                                Duration.ZERO)
                        .result());
        Log.demandValid(
                "remembered",
                FreshnessCheck.check(
                                history(stamps, event -> event.role() == Role.CACHED),
                                Duration.ofNanos(CLOCK_SLACK * staleNanos))
                        .result());
        if (isKeptFresh) {
            judgeWhatEachRemembers(stamps);
        }
        Log.demandValid(
                "replicas", ConvergenceCheck.check(changes(), List.of(), null).result());
    }

    /** What a client has shown of what it remembers a quorum has: it counts like a change that was acknowledged then. */
    private void judgeWhatEachRemembers(Map<String, List<Timestamp>> stamps) {
        List<Operation<Input, Output>> quorums = new ArrayList<>();
        Map<Caller, List<Operation<Input, Output>>> clients = new LinkedHashMap<>();
        for (Event event : events) {
            if (!event.isKnown()) {
                continue;
            }
            List<Operation<Input, Output>> own = clients.computeIfAbsent(event.caller(), c -> new ArrayList<>());
            if (event.role() == Role.CACHED) {
                quorums.add(shown(quorums.size(), event, stamps));
                own.add(operation(own.size(), event, stamps));
            } else if (event.role() == Role.PUT) {
                own.add(operation(own.size(), event, stamps));
            } else if (event.role() == Role.QUORUM || event.role() == Role.LAST) {
                quorums.add(operation(quorums.size(), event, stamps));
            }
        }
        Log.demandValid(
                "quorums after what was remembered",
                FreshnessCheck.check(History.of(quorums), Duration.ZERO).result());
        for (List<Operation<Input, Output>> own : clients.values()) {
            if (own.stream().anyMatch(operation -> operation.input() instanceof Input.Get)) {
                Log.demandValid(
                        "remembered by one client",
                        FreshnessCheck.check(History.of(own), Duration.ZERO).result());
            }
        }
    }

    private static Operation<Input, Output> shown(long process, Event event, Map<String, List<Timestamp>> stamps) {
        return Operation.known(
                process,
                new Input.Put(event.key(), "shown"),
                new Output.Done(version(event, stamps)),
                event.invokedNanos(),
                event.completedNanos());
    }

    private static long version(Event event, Map<String, List<Timestamp>> stamps) {
        LwwRegister state = event.state();
        return state == null
                ? 0
                : 1 + Collections.binarySearch(stamps.getOrDefault(event.key(), List.of()), state.stamp());
    }

    /** Of each register its stamps, ascending: the version of a value is where its stamp stands. */
    private Map<String, List<Timestamp>> stamps() {
        Map<String, TreeSet<Timestamp>> all = new TreeMap<>();
        for (Event event : events) {
            if (event.state() != null) {
                all.computeIfAbsent(event.key(), k -> new TreeSet<>())
                        .add(event.state().stamp());
            }
        }
        Map<String, List<Timestamp>> sorted = new TreeMap<>();
        all.forEach((key, stamps) -> sorted.put(key, List.copyOf(stamps)));
        return sorted;
    }

    private static Operation<Input, Output> operation(long process, Event event, Map<String, List<Timestamp>> stamps) {
        LwwRegister state = event.state();
        long version = version(event, stamps);
        return event.role() == Role.PUT
                ? Operation.known(
                        process,
                        new Input.Put(event.key(), String.valueOf(event.asked())),
                        new Output.Done(version),
                        event.invokedNanos(),
                        event.completedNanos())
                : Operation.known(
                        process,
                        new Input.Get(event.key()),
                        new Output.Value(value(state), version),
                        event.invokedNanos(),
                        event.completedNanos());
    }

    private static @Nullable String value(@Nullable LwwRegister state) {
        return state == null || state.value() == null ? null : state.value().toUtf8();
    }

    private History<Input, Output> sessions(Map<String, List<Timestamp>> stamps) {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        for (Event event : events) {
            if (event.session() != null) {
                operations.add(operation(event.session().number, event, stamps));
            }
        }
        return History.of(operations);
    }

    /** Every change that was acknowledged, and some reads, each by a process of its own. */
    private History<Input, Output> history(Map<String, List<Timestamp>> stamps, Predicate<Event> reads) {
        List<Operation<Input, Output>> operations = new ArrayList<>();
        for (Event event : events) {
            if (event.isKnown() && (event.role() == Role.PUT || reads.test(event))) {
                operations.add(operation(operations.size(), event, stamps));
            }
        }
        return History.of(operations);
    }

    /** Nobody knows when a change takes effect whose outcome is unknown: of such a register no read is the last. */
    private History<ReplicatedChange, ReplicatedState> changes() {
        List<Operation<ReplicatedChange, ReplicatedState>> operations = new ArrayList<>();
        TreeSet<String> open = new TreeSet<>();
        for (Event event : events) {
            if (!event.isKnown()) {
                open.add(event.key());
            }
        }
        for (Event event : events) {
            long process = operations.size();
            if (event.role() != Role.PUT) {
                ReplicatedChange read = new ReplicatedChange(
                        event.key(), new Change.Read(event.role() == Role.LAST && !open.contains(event.key())));
                ReplicatedState shown = new ReplicatedState(value(event.state()), List.of(), null);
                operations.add(Operation.known(process, read, shown, event.invokedNanos(), event.completedNanos()));
                continue;
            }
            ReplicatedChange write = new ReplicatedChange(event.key(), new Change.Write(String.valueOf(event.asked())));
            operations.add(
                    event.isKnown()
                            ? Operation.known(
                                    process,
                                    write,
                                    ReplicatedState.nothing(null),
                                    event.invokedNanos(),
                                    event.completedNanos())
                            : Operation.unknown(process, write, event.invokedNanos()));
        }
        return History.of(operations);
    }
}
