package dev.danta.node;

import dev.danta.ir.id.ReplicaId;
import dev.danta.ir.replica.IrReplica;
import dev.danta.ir.upkeep.UpkeepSettings;
import dev.danta.node.storage.StoreSettings;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.WireLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Everything a node must be told, checked as a whole.
 *
 * @param translator where this node connects to, given where another says that it is reached; both {@code host:port}. No file
 *     says it: a process that has several nodes in it may want them to be told apart by whoever lies between them
 */
public record NodeSettings(Self node, Storage storage, Limits limits, UnaryOperator<String> translator) {
    /** Connects to where others say that they are. */
    public NodeSettings(Self node, Storage storage, Limits limits) {
        this(node, storage, limits, UnaryOperator.identity());
    }

    /** The same with another translator. */
    public NodeSettings withTranslator(UnaryOperator<String> newTranslator) {
        return new NodeSettings(node, storage, limits, newTranslator);
    }

    /** Where to connect to, given where others say that a node is. */
    HostAndPort wayTo(String advertised) {
        return HostAndPort.parse(translator.apply(advertised));
    }

    /**
     * This node.
     *
     * @param id which of the cluster's members it is
     * @param listen where it takes connections; 0.0.0.0 takes them on every network of the machine
     * @param dataDir its own folder, on a disk whose syncs are fast: every answer waits for one
     * @param configListen where it takes connections of those that keep the configuration with it
     * @param advertise where others reach it; not {@code listen} where addresses are translated, or that is 0.0.0.0
     * @param configAdvertise the same for {@code configListen}
     * @param seeds nodes of the cluster that it is to join
     */
    public record Self(
            ReplicaId id,
            HostAndPort listen,
            Path dataDir,
            HostAndPort configListen,
            HostAndPort advertise,
            HostAndPort configAdvertise,
            List<HostAndPort> seeds) {
        private static final int CONFIG_PORT_BESIDES = 1000;
        private static final int PORT_MAX = 65_535;

        public Self {
            seeds = List.copyOf(seeds);
            requireReachable("node.advertise", advertise);
            requireReachable("node.config-advertise", configAdvertise);
        }

        /** Reached where it listens, and knowing nobody. */
        public Self(ReplicaId id, HostAndPort listen, Path dataDir) {
            this(id, listen, dataDir, besides(listen), listen, besides(listen), List.of());
        }

        /** Nobody reaches "every network". */
        private static void requireReachable(String key, HostAndPort address) {
            if (address.host().equals("0.0.0.0") || address.host().equals("::")) {
                throw new IllegalArgumentException(
                        key + " is where others reach this node, which " + address + " says nobody");
            }
        }

        /** Where the configuration listens unless it is said: the same host, a port that is 1000 higher. */
        static HostAndPort besides(HostAndPort listen) {
            int port = listen.port() + CONFIG_PORT_BESIDES;
            return new HostAndPort(
                    listen.host(),
                    listen.port() == 0 ? 0 : port <= PORT_MAX ? port : listen.port() - CONFIG_PORT_BESIDES);
        }
    }

    /**
     * Its store.
     *
     * @param map how much LMDB maps for each shard
     * @param decisionDelay how long the outcome of a transaction may wait for a batch to share its sync with; high saves
     *     syncs when there is little to do, low shows outcomes to readers sooner
     * @param groupWindow how long every reply may wait so that more of them share a sync; high lets a slow disk carry more,
     *     low answers sooner; zero syncs as soon as the last sync is done
     * @param forgetting what it need not keep
     */
    public record Storage(StoreSettings map, Duration decisionDelay, Duration groupWindow, Forgetting forgetting) {
        /** Forgets as usual. */
        public Storage(StoreSettings map, Duration decisionDelay, Duration groupWindow) {
            this(map, decisionDelay, groupWindow, Forgetting.DEFAULT);
        }

        public Storage {
            if (groupWindow.isNegative() || groupWindow.compareTo(Duration.ofMillis(100)) > 0) {
                throw new IllegalArgumentException("storage.group-window is at most 100 ms");
            }

            if (decisionDelay.isNegative() || decisionDelay.compareTo(Duration.ofSeconds(1)) > 0) {
                throw new IllegalArgumentException("storage.decision-delay is at most 1 s");
            }
        }
    }

    /**
     * When records of transactions, and the versions that nobody reads any more, go (protocol.md 7). It takes all nodes: while
     * one is away nothing goes.
     *
     * @param after how old a transaction is by then; high lets clients ask longer for the outcome of one that they lost sight
     *     of, and takes clients on whose clocks are behind by as much, low needs less space
     * @param every how often; high costs less, low forgets more evenly
     * @param feedEntries how many of the last operations each shard's log keeps for change feeds; high lets a slow or absent
     *     reader go on where it was, low needs less disk
     */
    public record Forgetting(Duration after, Duration every, int feedEntries) {
        private static final Duration EVERY_MAX = Duration.ofHours(1);
        /** Longer than anybody keeps anything, and no sum with it overflows. */
        private static final Duration AFTER_MAX = Duration.ofDays(100 * 365);

        public static final Forgetting DEFAULT = new Forgetting(
                Duration.of(UpkeepSettings.DEFAULTS.lagMicros(), ChronoUnit.MICROS),
                Duration.ofNanos(UpkeepSettings.DEFAULTS.forgetEveryNanos()));

        /** As much for feeds as usual. */
        public Forgetting(Duration after, Duration every) {
            this(after, every, (int) IrReplica.Settings.FEED_ENTRIES);
        }

        public Forgetting {
            if (after.isNegative() || after.compareTo(AFTER_MAX) > 0) {
                throw new IllegalArgumentException("storage.forget-after is at most 100 years");
            }
            if (every.isNegative() || every.isZero() || every.compareTo(EVERY_MAX) > 0) {
                throw new IllegalArgumentException("storage.forget-every is above zero and at most 60 min");
            }
            if (feedEntries < 1) {
                throw new IllegalArgumentException("storage.feed-entries is a whole number from 1 on");
            }
        }

        UpkeepSettings within(UpkeepSettings rest) {
            return new UpkeepSettings(rest.pullEveryNanos(), every.toNanos(), after.toNanos() / 1000, rest.comparing());
        }
    }

    /**
     * What it takes on at most.
     *
     * @param inboxMessages that wait for one shard's thread; high rides out bursts, low refuses early and so keeps the wait
     *     short
     * @param inboxBytes the same, in bytes of keys and values; bounds the memory that a burst of large ones takes
     * @param batchMessages that share one commit; high saves syncs under load, low answers the first of them sooner
     * @param clients connected at a time; each may hold a send queue and a frame of memory
     * @param maxClockAhead how far a client's clock may be ahead of this node's; low refuses clients with fast clocks, high
     *     lets them push everyone's clock ahead
     * @param wire the sizes of messages and values, the same on every node and client
     */
    public record Limits(
            int inboxMessages,
            long inboxBytes,
            int batchMessages,
            int clients,
            Duration maxClockAhead,
            WireLimits wire) {
        public static final Limits DEFAULT =
                new Limits(8192, 64L << 20, 1024, 1000, Duration.ofMillis(500), WireLimits.DEFAULT);

        public Limits {
            if (inboxMessages < 1 || batchMessages < 1 || clients < 1) {
                throw new IllegalArgumentException(
                        "limits.inbox-messages, limits.batch-messages and limits.clients are at" + " least 1: "
                                + inboxMessages + ", " + batchMessages + ", " + clients);
            }
            if (inboxBytes < wire.messageBytesMax()) {
                throw new IllegalArgumentException("limits.inbox-bytes is at least limits.message-size: " + inboxBytes
                        + ", " + wire.messageBytesMax());
            }
            if (maxClockAhead.isNegative()) {
                throw new IllegalArgumentException("limits.max-clock-ahead is not negative");
            }
        }

        long maxClockAheadMicros() {
            return maxClockAhead.toNanos() / 1000;
        }
    }

    /** The settings are wrong; the message is one sentence that names the file, the key and what is wrong with it. */
    public static final class Invalid extends RuntimeException {
        private static final long serialVersionUID = 1;

        Invalid(String message) {
            super(message);
        }
    }

    /** What suits most. */
    public static final Storage STORAGE_DEFAULT =
            new Storage(StoreSettings.DEFAULT, Duration.ofMillis(1), Duration.ZERO);

    /** Settings with every default. */
    public static NodeSettings of(Self node) {
        return new NodeSettings(node, STORAGE_DEFAULT, Limits.DEFAULT);
    }

    /**
     * Reads a file, and the environment's variables over it.
     *
     * @param environment such as {@link System#getenv()}
     * @throws Invalid if the file cannot be read, is not TOML, or a key is unknown, missing or wrong
     */
    public static NodeSettings read(Path file, Map<String, String> environment) {
        return read(file, environment, Map.of());
    }

    /**
     * Reads a file, the environment's variables over it, and the command line's flags over those.
     *
     * @param file null if there is none
     * @param flags by their names, as {@code --listen}
     * @throws Invalid as above
     */
    public static NodeSettings read(@Nullable Path file, Map<String, String> environment, Map<String, String> flags) {
        return new SettingsReader(file, SettingsSource.of(file, environment, flags)).read();
    }
}
