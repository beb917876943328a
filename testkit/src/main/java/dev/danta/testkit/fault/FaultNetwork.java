package dev.danta.testkit.fault;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A network on loopback that can be broken: whoever connects to a party's door is passed on to it, and what goes from one party
 * to another can be held back or delayed, and connections reset. One thread does it all. Thread-safe; a change is in effect
 * when its call returns.
 *
 * <p>Parties have names. Who is let in by a door is called what {@link Callers} says, so that two nodes can be parted while
 * others reach both.
 */
public final class FaultNetwork implements AutoCloseable {
    private static final int BUFFER_BYTES = 64 * 1024;
    private static final long IN_EFFECT_SECONDS = 30;
    private static final long STOPS_SECONDS = 10;

    private final Selector selector;
    private final Callers callers;
    private final Thread thread;
    private final Queue<Runnable> asked = new ConcurrentLinkedQueue<>();
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES);
    private final Map<Route, Weather> weather = new HashMap<>();
    private final Set<Connection> connections = new LinkedHashSet<>();
    private final List<ServerSocketChannel> doors = new ArrayList<>();
    private volatile boolean closed;

    /** Who connects. */
    public interface Callers {
        /** The party whose socket has this local address, by name. Called on the network's thread. */
        String nameOf(InetSocketAddress local);
    }

    /** What goes from one party to another, in whichever connection. */
    private record Route(String from, String to) {}

    /** How it is on a route. */
    record Weather(boolean isCut, long delayNanos) {
        static final Weather FINE = new Weather(false, 0);
    }

    private FaultNetwork(Callers callers) throws IOException {
        this.callers = callers;
        this.selector = Selector.open();
        this.thread = new Thread(this::run, "fault-network");
        this.thread.setDaemon(true);
    }

    /** A network without doors, in which nothing is wrong. */
    public static FaultNetwork start(Callers callers) {
        try {
            FaultNetwork network = new FaultNetwork(callers);
            network.thread.start();
            return network;
        } catch (IOException failed) {
            throw new UncheckedIOException("no selector can be opened", failed);
        }
    }

    /**
     * Opens a door, for as long as the network lasts.
     *
     * @param party whose door it is; it may have several
     * @param port where on loopback; 0 for any that is free
     * @param target where whoever comes in is passed on to
     * @return where it is
     * @throws UncheckedIOException if the port is taken
     */
    public InetSocketAddress open(String party, int port, InetSocketAddress target) {
        return open(callers, party, port, target);
    }

    /**
     * Opens a door that only one caller knows of, so that nobody has to be asked who comes in: parties may share a process.
     *
     * @param caller who comes in
     * @return where it is, as for {@link #open(String, int, InetSocketAddress)}
     */
    public InetSocketAddress openFor(String caller, String party, int port, InetSocketAddress target) {
        return open(local -> caller, party, port, target);
    }

    private InetSocketAddress open(Callers entering, String party, int port, InetSocketAddress target) {
        try {
            ServerSocketChannel door = ServerSocketChannel.open();
            // A door that was closed a moment ago may be opened again.
            door.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            door.configureBlocking(false);
            InetSocketAddress at = (InetSocketAddress) door.getLocalAddress();
            inEffect(() -> {
                doors.add(door);
                register(door, SelectionKey.OP_ACCEPT, new Door(door, entering, party, target));
            });
            return at;
        } catch (IOException taken) {
            throw new UncheckedIOException("port " + port + " cannot be used", taken);
        }
    }

    /** Nothing gets from {@code from} to {@code to} any more; the other way is not touched. */
    public void cut(String from, String to) {
        inEffect(() -> change(from, to, new Weather(true, weatherOf(from, to).delayNanos())));
    }

    /** Nothing gets from any of these to any of those any more, nor back. */
    public void part(Collection<String> these, Collection<String> those) {
        inEffect(() -> {
            for (String one : these) {
                for (String other : those) {
                    change(one, other, new Weather(true, weatherOf(one, other).delayNanos()));
                    change(other, one, new Weather(true, weatherOf(other, one).delayNanos()));
                }
            }
        });
    }

    /** What goes from {@code from} to {@code to} takes so much longer; 0 for no longer. */
    public void delay(String from, String to, Duration delay) {
        inEffect(() -> change(from, to, new Weather(weatherOf(from, to).isCut(), delay.toNanos())));
    }

    /** All connections between the two are reset. New ones may be made. */
    public void reset(String one, String other) {
        inEffect(() -> List.copyOf(connections).stream()
                .filter(connection -> connection.isBetween(one, other))
                .forEach(Connection::reset));
    }

    /** Nothing is wrong any more: what was held back goes on. */
    public void heal() {
        inEffect(() -> {
            weather.clear();
            List.copyOf(connections).forEach(Connection::goOn);
        });
    }

    /** How many connections there are now from one party to another; those back are not counted. */
    public int connections(String from, String to) {
        int[] count = new int[1];
        inEffect(() -> count[0] = (int) connections.stream()
                .filter(connection -> connection.from.equals(from) && connection.to.equals(to))
                .count());
        return count[0];
    }

    /** How many connections there are now. */
    public int connections() {
        int[] count = new int[1];
        inEffect(() -> count[0] = connections.size());
        return count[0];
    }

    /** Closes all doors and resets all connections. */
    @Override
    public void close() {
        closed = true;
        selector.wakeup();
        try {
            thread.join(TimeUnit.SECONDS.toMillis(STOPS_SECONDS));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void inEffect(Runnable change) {
        CompletableFuture<Void> done = new CompletableFuture<>();
        asked.add(() -> {
            try {
                change.run();
                done.complete(null);
            } catch (RuntimeException failed) {
                done.completeExceptionally(failed);
            }
        });
        selector.wakeup();
        done.orTimeout(IN_EFFECT_SECONDS, TimeUnit.SECONDS).join();
    }

    private Weather weatherOf(String from, String to) {
        return weather.getOrDefault(new Route(from, to), Weather.FINE);
    }

    private void change(String from, String to, Weather now) {
        weather.put(new Route(from, to), now);
        List.copyOf(connections).forEach(Connection::goOn);
    }

    // What follows runs on the network's thread.

    private void run() {
        try {
            while (!closed) {
                long wait = untilDueMillis();
                if (wait < 0) {
                    selector.select();
                } else if (wait > 0) {
                    selector.select(wait);
                } else {
                    selector.selectNow();
                }
                for (Runnable change = asked.poll(); change != null; change = asked.poll()) {
                    change.run();
                }
                for (SelectionKey key : List.copyOf(selector.selectedKeys())) {
                    if (key.isValid()) {
                        ((Ready) key.attachment()).ready(key);
                    }
                }
                selector.selectedKeys().clear();
                passDue();
            }
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        } finally {
            end();
        }
    }

    private void end() {
        List.copyOf(connections).forEach(Connection::reset);
        doors.forEach(FaultNetwork::close);
        close(selector);
    }

    private void passDue() {
        List<Connection> due = new ArrayList<>();
        for (Connection connection : connections) {
            if (connection.untilDueNanos() == 0) {
                due.add(connection);
            }
        }
        due.forEach(Connection::passDue);
    }

    /** Until the next byte that is delayed is due: 0 now, less if none is delayed. */
    private long untilDueMillis() {
        long next = Long.MAX_VALUE;
        for (Connection connection : connections) {
            next = Math.min(next, connection.untilDueNanos());
        }
        return next == Long.MAX_VALUE ? -1 : Math.max(0, TimeUnit.NANOSECONDS.toMillis(next + 999_999));
    }

    private SelectionKey register(SelectableChannel channel, int interest, Ready ready) {
        try {
            return channel.register(selector, interest, ready);
        } catch (IOException broken) {
            throw new UncheckedIOException(broken);
        }
    }

    /** Returns whether it could be closed in good order; it is closed in any case. */
    private static boolean close(Closeable closing) {
        try {
            closing.close();
            return true;
        } catch (IOException gone) {
            return false;
        }
    }

    /** What a key stands for. */
    private interface Ready {
        void ready(SelectionKey key);
    }

    /** Where connections come in. */
    private final class Door implements Ready {
        private final ServerSocketChannel channel;
        private final Callers entering;
        private final String party;
        private final InetSocketAddress target;

        Door(ServerSocketChannel channel, Callers entering, String party, InetSocketAddress target) {
            this.channel = channel;
            this.entering = entering;
            this.party = party;
            this.target = target;
        }

        @Override
        public void ready(SelectionKey key) {
            SocketChannel caller;
            try {
                caller = channel.accept();
            } catch (IOException refused) {
                return;
            }
            if (caller != null) {
                new Connection(caller, entering, party, target).begin();
            }
        }
    }

    /** One connection from its caller through a door to the party behind it. */
    private final class Connection {
        private final SocketChannel caller;
        private final Callers entering;
        private final String to;
        private final InetSocketAddress target;
        private String from = "?";
        private @Nullable SocketChannel called;
        private @Nullable Flow there;
        private @Nullable Flow back;
        private boolean over;

        Connection(SocketChannel caller, Callers entering, String to, InetSocketAddress target) {
            this.caller = caller;
            this.entering = entering;
            this.to = to;
            this.target = target;
        }

        void begin() {
            connections.add(this);
            try {
                caller.configureBlocking(false);
                caller.setOption(StandardSocketOptions.TCP_NODELAY, true);
                from = entering.nameOf((InetSocketAddress) caller.getRemoteAddress());
            } catch (IOException gone) {
                reset();
                return;
            }
            goOn();
        }

        boolean isBetween(String one, String other) {
            return (from.equals(one) && to.equals(other)) || (from.equals(other) && to.equals(one));
        }

        /** The weather may have changed. */
        void goOn() {
            if (over) {
                return;
            }
            if (called == null) {
                // A connection needs both ways to come about.
                if (!weatherOf(from, to).isCut() && !weatherOf(to, from).isCut()) {
                    connect();
                }
                return;
            }
            passDue();
        }

        private void connect() {
            try {
                SocketChannel made = SocketChannel.open();
                called = made;
                made.configureBlocking(false);
                made.setOption(StandardSocketOptions.TCP_NODELAY, true);
                Flow forth = new Flow(caller, made);
                Flow home = new Flow(made, caller);
                there = forth;
                back = home;
                boolean isThere = made.connect(target);
                register(caller, 0, key -> passAll());
                register(made, isThere ? 0 : SelectionKey.OP_CONNECT, this::onCalled);
                if (isThere) {
                    passAll();
                }
            } catch (IOException refused) {
                reset();
            }
        }

        private void onCalled(SelectionKey key) {
            try {
                if (key.isConnectable() && !((SocketChannel) key.channel()).finishConnect()) {
                    return;
                }
            } catch (IOException refused) {
                reset();
                return;
            }
            passAll();
        }

        long untilDueNanos() {
            return over || there == null || back == null
                    ? Long.MAX_VALUE
                    : Math.min(there.untilDueNanos(weatherOf(from, to)), back.untilDueNanos(weatherOf(to, from)));
        }

        void passDue() {
            if (called != null && called.isConnected()) {
                passAll();
            }
        }

        private void passAll() {
            Flow forth = there;
            Flow home = back;
            if (over || forth == null || home == null) {
                return;
            }
            try {
                forth.pass(weatherOf(from, to), buffer);
                home.pass(weatherOf(to, from), buffer);
                if (forth.isOver() && home.isOver()) {
                    finish();
                    return;
                }
                interest(caller, forth, home);
                interest(forth.out(), home, forth);
            } catch (IOException broken) {
                reset();
            }
        }

        /** Asks to be told of what {@code reads} from the channel can read, and {@code writes} write to it. */
        private void interest(SocketChannel channel, Flow reads, Flow writes) {
            SelectionKey key = channel.keyFor(selector);
            if (key != null && key.isValid()) {
                key.interestOps((reads.wantsToRead() ? SelectionKey.OP_READ : 0)
                        | (writes.wantsToWrite() ? SelectionKey.OP_WRITE : 0));
            }
        }

        void reset() {
            beAbrupt(caller);
            if (called != null) {
                beAbrupt(called);
            }
            finish();
        }

        /** Closed with nothing to wait for: the other side gets a reset. */
        private static void beAbrupt(SocketChannel channel) {
            try {
                channel.setOption(StandardSocketOptions.SO_LINGER, 0);
            } catch (IOException gone) {
                close(channel);
            }
        }

        private void finish() {
            over = true;
            connections.remove(this);
            close(caller);
            if (called != null) {
                close(called);
            }
        }
    }
}
