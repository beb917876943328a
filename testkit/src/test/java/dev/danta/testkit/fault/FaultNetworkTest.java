package dev.danta.testkit.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bytes through the network, and what becomes of them when it is broken. */
@Timeout(60)
final class FaultNetworkTest {
    /** What would come comes within this: whoever waits longer has been kept from it. */
    private static final int NOTHING_COMES_MILLIS = 200;

    private final Set<Integer> ofB = ConcurrentHashMap.newKeySet();
    private final FaultNetwork network = FaultNetwork.start(from -> ofB.contains(from.getPort()) ? "b" : "a");
    private ServerSocket server;
    private InetSocketAddress door;

    @BeforeEach
    void listen() throws IOException {
        server = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        door = network.open("s", 0, (InetSocketAddress) server.getLocalSocketAddress());
    }

    @AfterEach
    void stop() throws IOException {
        network.close();
        server.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        socket.connect(door);
        return socket;
    }

    private static void say(Socket socket, String words) throws IOException {
        socket.getOutputStream().write(words.getBytes(StandardCharsets.US_ASCII));
    }

    private static String hear(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.US_ASCII);
    }

    private static void hearNothing(Socket socket) throws IOException {
        socket.setSoTimeout(NOTHING_COMES_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(0);
    }

    @Test
    void whatIsSaidGetsThereAndBackAndSoDoesTheEnd() throws IOException {
        try (Socket here = connect();
                Socket there = server.accept()) {
            say(here, "question");
            assertThat(hear(there, 8)).isEqualTo("question");
            say(there, "answer");
            assertThat(hear(here, 6)).isEqualTo("answer");
            here.shutdownOutput();
            assertThat(there.getInputStream().read()).isEqualTo(-1);
            say(there, "bye");
            there.shutdownOutput();
            assertThat(hear(here, 100)).isEqualTo("bye");
        }
        assertThat(network.connections()).isZero();
    }

    @Test
    void moreThanFitsAnywhereGetsThrough() throws Exception {
        byte[] much = new byte[20_000_000];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) (i * 31 + i / 256);
        }
        try (Socket here = connect();
                Socket there = server.accept()) {
            Thread writer = new Thread(() -> {
                try {
                    here.getOutputStream().write(much);
                    here.shutdownOutput();
                } catch (IOException broken) {
                    throw new UncheckedIOException(broken);
                }
            });
            writer.start();
            assertThat(there.getInputStream().readAllBytes()).isEqualTo(much);
            writer.join();
        }
    }

    @Test
    void aCutHoldsBackOneWayOnlyAndHealedItGoesOn() throws IOException {
        try (Socket here = connect();
                Socket there = server.accept()) {
            network.cut("a", "s");
            say(here, "held");
            hearNothing(there);
            say(there, "free");
            assertThat(hear(here, 4)).isEqualTo("free");
            network.heal();
            assertThat(hear(there, 4)).isEqualTo("held");
        }
    }

    @Test
    void nobodyGetsInAcrossACutButOthersDo() throws IOException {
        network.part(List.of("a"), List.of("s"));
        try (Socket cutOff = connect();
                Socket other = new Socket()) {
            say(cutOff, "x");
            other.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
            ofB.add(other.getLocalPort());
            other.connect(door);
            say(other, "y");
            try (Socket first = server.accept()) {
                assertThat(hear(first, 1)).isEqualTo("y");
            }
            network.heal();
            try (Socket second = server.accept()) {
                assertThat(hear(second, 1)).isEqualTo("x");
            }
        }
    }

    @Test
    void whatIsDelayedComesLater() throws IOException {
        try (Socket here = connect();
                Socket there = server.accept()) {
            network.delay("a", "s", Duration.ofHours(1));
            say(here, "later");
            hearNothing(there);
            network.delay("a", "s", Duration.ofMillis(1));
            assertThat(hear(there, 5)).isEqualTo("later");
        }
    }

    @Test
    void resetConnectionsBreakAndNewOnesAreMade() throws IOException {
        try (Socket here = connect();
                Socket there = server.accept()) {
            network.reset("s", "a");
            assertThatThrownBy(() -> here.getInputStream().read()).isInstanceOf(IOException.class);
            assertThatThrownBy(() -> there.getInputStream().read()).isInstanceOf(IOException.class);
        }
        try (Socket again = connect();
                Socket there = server.accept()) {
            say(again, "again");
            assertThat(hear(there, 5)).isEqualTo("again");
        }
    }

    @Test
    void behindADoorWhereNobodyListensConnectionsBreak() throws IOException {
        server.close();
        try (Socket here = connect()) {
            assertThatThrownBy(() -> here.getInputStream().read()).isInstanceOf(IOException.class);
        }
    }

    @Test
    void twoDoorsAreNotOpenedInOnePlace() {
        assertThatThrownBy(() -> network.open("t", door.getPort(), door)).isInstanceOf(UncheckedIOException.class);
    }

    @Test
    void theOwnerOfASocketIsFoundByItsProcess() throws IOException {
        SocketOwners owners = new SocketOwners();
        try (Socket here = connect();
                Socket there = server.accept()) {
            InetSocketAddress mine = (InetSocketAddress) here.getLocalSocketAddress();
            assertThat(owners.nameOf(mine)).isEqualTo(SocketOwners.SOMEBODY);
            assertThat(there.isConnected()).isTrue();
            if (System.getProperty("os.name").equals("Linux")) {
                owners.add(ProcessHandle.current().pid(), "me");
                assertThat(owners.nameOf(mine)).isEqualTo("me");
                owners.remove(ProcessHandle.current().pid());
                assertThat(owners.nameOf(mine)).isEqualTo(SocketOwners.SOMEBODY);
            }
        }
    }
}
