package dev.danta.testkit.fault;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Says which of some processes has a socket, from what the kernel tells in {@code /proc}; where there is no such thing,
 * everybody is {@link #SOMEBODY}. Thread-safe.
 */
final class SocketOwners implements FaultNetwork.Callers {
    /** Whoever is none of the processes. */
    static final String SOMEBODY = "client";

    private static final Path PROC = Path.of("/proc");
    private static final int LOCAL_COLUMN = 1;
    private static final int INODE_COLUMN = 9;
    private static final int HEX = 16;

    private final Map<Long, String> names = new ConcurrentHashMap<>();

    /** From now on the process has this name. */
    void add(long pid, String name) {
        names.put(pid, name);
    }

    /** It has ended. */
    void remove(long pid) {
        names.remove(pid);
    }

    @Override
    public String nameOf(InetSocketAddress local) {
        Optional<String> inode = inode("tcp", local.getPort()).or(() -> inode("tcp6", local.getPort()));
        if (inode.isPresent()) {
            String socket = "socket:[" + inode.get() + "]";
            for (Map.Entry<Long, String> process : names.entrySet()) {
                if (hasOpen(process.getKey(), socket)) {
                    return process.getValue();
                }
            }
        }
        return SOMEBODY;
    }

    private static Optional<String> inode(String table, int port) {
        try {
            for (String line : Files.readAllLines(PROC.resolve("net").resolve(table))) {
                String[] columns = line.trim().split("\\s+");
                if (columns.length > INODE_COLUMN && port(columns[LOCAL_COLUMN]) == port) {
                    return Optional.of(columns[INODE_COLUMN]);
                }
            }
        } catch (IOException notThere) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Of {@code 0100007F:1CE9}; -1 of the table's heading. */
    private static int port(String address) {
        int colon = address.lastIndexOf(':');
        try {
            return colon < 0 ? -1 : Integer.parseInt(address.substring(colon + 1), HEX);
        } catch (NumberFormatException heading) {
            return -1;
        }
    }

    private static boolean hasOpen(long pid, String socket) {
        try (DirectoryStream<Path> open =
                Files.newDirectoryStream(PROC.resolve(Long.toString(pid)).resolve("fd"))) {
            for (Path descriptor : open) {
                if (isLinkTo(descriptor, socket)) {
                    return true;
                }
            }
        } catch (IOException gone) {
            return false;
        }
        return false;
    }

    private static boolean isLinkTo(Path descriptor, String socket) {
        try {
            return Files.readSymbolicLink(descriptor).toString().equals(socket);
        } catch (IOException closedMeanwhile) {
            return false;
        }
    }
}
