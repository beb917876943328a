package dev.danta.wire.transport;

import dev.danta.wire.HostAndPort;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;

/** Passes bytes on until it is frozen; from then on it swallows them, as a machine does that has lost its power. */
final class FreezingProxy implements AutoCloseable {
    private final ServerSocket listening;
    private final HostAndPort target;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final AtomicLong bytesFromServer = new AtomicLong();
    private volatile boolean frozen;

    FreezingProxy(HostAndPort target) throws IOException {
        this.target = target;
        this.listening = new ServerSocket(0);
        run(this::accept);
    }

    HostAndPort address() {
        return new HostAndPort("127.0.0.1", listening.getLocalPort());
    }

    void freeze() {
        frozen = true;
    }

    long bytesFromServer() {
        return bytesFromServer.get();
    }

    private interface Work {
        void run() throws IOException;
    }

    private static void run(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException closed) {
                // The test is over, or one side has hung up.
                return;
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private void accept() throws IOException {
        while (true) {
            Socket inner = listening.accept();
            Socket outer = new Socket(target.host(), target.port());
            sockets.add(inner);
            sockets.add(outer);
            run(() -> copy(inner.getInputStream(), outer.getOutputStream(), new AtomicLong()));
            run(() -> copy(outer.getInputStream(), inner.getOutputStream(), bytesFromServer));
        }
    }

    private void copy(InputStream from, OutputStream to, AtomicLong count) throws IOException {
        byte[] buffer = new byte[8192];
        int read = from.read(buffer);
        while (read >= 0) {
            if (!frozen) {
                to.write(buffer, 0, read);
                to.flush();
                count.addAndGet(read);
            }
            read = from.read(buffer);
        }
    }

    @Override
    public void close() throws IOException {
        listening.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }
}
