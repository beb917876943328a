package dev.danta.sim.fault;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.message.Address;
import dev.danta.sim.net.Weather;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Faults in words, both ways and exactly: {@code 1200ms crash r1,r2 amid-sends 3 down 400ms}. Times are milliseconds with up
 * to six decimals; {@code r2} is node 2, {@code c3} client 3.
 */
public final class FaultText {
    private static final int MILLI_DIGITS = 6;
    private static final String KINDS =
            "a kind of fault (crash, cut, flap, clog, gale, climate, pause, slow-disk, slow-machine, "
                    + "disk-full, clock, drift, die)";

    private FaultText() {}

    /** When and what. */
    public static String of(TimedFault timed) {
        return time(timed.atNanos()) + " " + of(timed.fault());
    }

    /** What. */
    public static String of(Fault fault) {
        if (fault instanceof Fault.Crash crash) {
            String which = crash.moment().isOneOfMany() ? " " + crash.after() : "";
            return "crash " + nodes(crash.nodes()) + " "
                    + crash.moment().words().replace(' ', '-') + which + " down " + time(crash.downNanos());
        }
        if (fault instanceof Fault.Cut cut) {
            return "cut " + ends(cut.senders(), cut.receivers(), cut.bothWays()) + lasting(cut.nanos());
        }
        if (fault instanceof Fault.Flap flap) {
            return "flap " + ends(flap.senders(), flap.receivers(), flap.bothWays()) + " up " + time(flap.upNanos())
                    + " down " + time(flap.downNanos()) + lasting(flap.nanos());
        }
        if (fault instanceof Fault.Clog clog) {
            return "clog " + ends(clog.senders(), clog.receivers(), clog.bothWays()) + " every "
                    + time(clog.burstNanos()) + lasting(clog.nanos());
        }
        if (fault instanceof Fault.Gale gale) {
            return "gale " + weather(gale.weather()) + lasting(gale.nanos());
        }
        if (fault instanceof Fault.Climate climate) {
            return "climate " + weather(climate.weather());
        }
        if (fault instanceof Fault.Pause pause) {
            return "pause " + name(pause.whose()) + lasting(pause.nanos());
        }
        if (fault instanceof Fault.ClientDies death) {
            return "die " + name(death.whose()) + " after " + death.afterSends();
        }
        return ofMachine(fault);
    }

    private static String ofMachine(Fault fault) {
        if (fault instanceof Fault.SlowDisk slow) {
            return "slow-disk r" + slow.node().number() + " times " + slow.factor() + lasting(slow.nanos());
        }
        if (fault instanceof Fault.SlowMachine slow) {
            return "slow-machine r" + slow.node().number() + " times " + slow.factor() + lasting(slow.nanos());
        }
        if (fault instanceof Fault.DiskFull full) {
            return "disk-full r" + full.node().number() + " retry " + time(full.retryNanos()) + lasting(full.nanos());
        }
        if (fault instanceof Fault.ClockJump jump) {
            return "clock " + name(jump.whose()) + " by " + time(jump.micros() * 1_000);
        }
        if (fault instanceof Fault.Drift drift) {
            return "drift " + name(drift.whose()) + " by " + drift.ppm() + "ppm" + lasting(drift.nanos());
        }
        throw new IllegalStateException("there are no words for " + fault);
    }

    private static String lasting(long nanos) {
        return " for " + time(nanos);
    }

    private static String time(long nanos) {
        BigDecimal millis = BigDecimal.valueOf(nanos, MILLI_DIGITS).stripTrailingZeros();
        return millis.toPlainString() + "ms";
    }

    private static String ends(List<Address> senders, List<Address> receivers, boolean bothWays) {
        return names(senders) + (bothWays ? " and " : " to ") + names(receivers);
    }

    private static String nodes(List<ReplicaId> nodes) {
        return nodes.stream().map(node -> "r" + node.number()).collect(Collectors.joining(","));
    }

    private static String names(List<Address> addresses) {
        return addresses.stream().map(FaultText::name).collect(Collectors.joining(","));
    }

    private static String name(Address address) {
        return address instanceof Address.Replica replica
                ? "r" + replica.id().number()
                : "c" + ((Address.Client) address).id().low();
    }

    private static String weather(Weather weather) {
        return "loss " + weather.loss() + " repeat " + weather.duplication() + " reorder " + weather.reordering()
                + " scatter " + weather.scattering() + " late " + weather.lateness();
    }

    /**
     * Reads what {@link #of(TimedFault)} writes.
     *
     * @throws IllegalArgumentException with a line that says what is wrong
     */
    public static TimedFault parse(String text) {
        Words words = new Words(text);
        TimedFault timed = new TimedFault(words.time(), words.fault());
        words.end();
        return timed;
    }

    /** The words of one fault, one after the other. */
    private static final class Words {
        private final String text;
        private final String[] words;
        private int next;

        Words(String text) {
            this.text = text;
            this.words = text.strip().split("\\s+");
        }

        private IllegalArgumentException wrong(String expected) {
            String found = next < words.length ? words[next] : "the end";
            return new IllegalArgumentException(
                    "\"" + text + "\" is no fault: " + expected + " is expected, not " + found);
        }

        private <T> T word(String expected, Function<String, T> meaning) {
            if (next < words.length) {
                try {
                    T read = meaning.apply(words[next]);
                    next++;
                    return read;
                } catch (IllegalArgumentException | ArithmeticException malformed) {
                    throw wrong(expected);
                }
            }
            throw wrong(expected);
        }

        private void skip(String word) {
            if (next == words.length || !words[next].equals(word)) {
                throw wrong("\"" + word + "\"");
            }
            next++;
        }

        private boolean skipIf(String word) {
            boolean found = next < words.length && words[next].equals(word);
            next += found ? 1 : 0;
            return found;
        }

        void end() {
            if (next < words.length) {
                throw wrong("nothing more");
            }
        }

        long time() {
            return word("a time such as 12.5ms", word -> {
                if (!word.endsWith("ms")) {
                    throw new IllegalArgumentException(word);
                }
                return new BigDecimal(word.substring(0, word.length() - 2))
                        .movePointRight(MILLI_DIGITS)
                        .longValueExact();
            });
        }

        private long timeAfter(String word) {
            skip(word);
            return time();
        }

        private int numberAfter(String word) {
            skip(word);
            return word("a number", Integer::parseInt);
        }

        private double chanceAfter(String word) {
            skip(word);
            return word("a probability", Double::parseDouble);
        }

        private ReplicaId node() {
            return word("a node such as r1", Words::nodeNamed);
        }

        private static ReplicaId nodeNamed(String name) {
            return new ReplicaId(numberIn(name, 'r'));
        }

        private static int numberIn(String name, char letter) {
            if (name.isEmpty() || name.charAt(0) != letter) {
                throw new IllegalArgumentException(name);
            }
            return Integer.parseInt(name.substring(1));
        }

        private static Address processNamed(String name) {
            return name.startsWith("c") ? Cast.client(numberIn(name, 'c')) : new Address.Replica(nodeNamed(name));
        }

        private Address process() {
            return word("a node or a client such as r1 or c2", Words::processNamed);
        }

        private List<Address> processes() {
            return word(
                    "nodes or clients such as r1,r2 or c2",
                    word -> Arrays.stream(word.split(","))
                            .map(Words::processNamed)
                            .toList());
        }

        private Weather weather() {
            return new Weather(
                    chanceAfter("loss"),
                    chanceAfter("repeat"),
                    chanceAfter("reorder"),
                    chanceAfter("scatter"),
                    chanceAfter("late"));
        }

        private boolean isBothWays() {
            if (skipIf("and")) {
                return true;
            }
            skip("to");
            return false;
        }

        Fault fault() {
            String kind = word(KINDS, word -> word);
            return switch (kind) {
                case "crash" -> crash();
                case "cut" -> {
                    List<Address> senders = processes();
                    boolean bothWays = isBothWays();
                    yield new Fault.Cut(senders, processes(), bothWays, timeAfter("for"));
                }
                case "flap" -> {
                    List<Address> senders = processes();
                    boolean bothWays = isBothWays();
                    yield new Fault.Flap(
                            senders, processes(), bothWays, timeAfter("up"), timeAfter("down"), timeAfter("for"));
                }
                case "clog" -> {
                    List<Address> senders = processes();
                    boolean bothWays = isBothWays();
                    yield new Fault.Clog(senders, processes(), bothWays, timeAfter("every"), timeAfter("for"));
                }
                case "gale" -> new Fault.Gale(weather(), timeAfter("for"));
                case "climate" -> new Fault.Climate(weather());
                case "pause" -> new Fault.Pause(process(), timeAfter("for"));
                case "slow-disk" -> new Fault.SlowDisk(node(), numberAfter("times"), timeAfter("for"));
                case "slow-machine" -> new Fault.SlowMachine(node(), numberAfter("times"), timeAfter("for"));
                case "disk-full" -> new Fault.DiskFull(node(), timeAfter("retry"), timeAfter("for"));
                case "clock" -> new Fault.ClockJump(process(), timeAfter("by") / 1_000);
                case "drift" -> drift();
                case "die" -> new Fault.ClientDies(process(), numberAfter("after"));
                default -> {
                    next--;
                    throw wrong(KINDS);
                }
            };
        }

        private Fault crash() {
            List<ReplicaId> nodes = word(
                    "nodes such as r1,r2",
                    word -> Arrays.stream(word.split(",")).map(Words::nodeNamed).toList());
            Fault.CrashMoment moment = word(
                    "a moment of a crash",
                    word -> Fault.CrashMoment.valueOf(
                            word.toUpperCase(Locale.ROOT).replace('-', '_')));
            int after = moment.isOneOfMany() ? word("a number", Integer::parseInt) : 1;
            return new Fault.Crash(nodes, moment, after, timeAfter("down"));
        }

        private Fault drift() {
            Address whose = process();
            skip("by");
            long ppm = word("a number of ppm", word -> {
                if (!word.endsWith("ppm")) {
                    throw new IllegalArgumentException(word);
                }
                return Long.parseLong(word.substring(0, word.length() - 3));
            });
            return new Fault.Drift(whose, ppm, timeAfter("for"));
        }
    }
}
