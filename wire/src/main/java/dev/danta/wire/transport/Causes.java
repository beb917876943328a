package dev.danta.wire.transport;

import io.grpc.Status;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

/** Why a stream ended, in a few words instead of a chain of exceptions. */
final class Causes {
    private Causes() {}

    static Throwable rootOf(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null && root.getCause() != root) {
            root = root.getCause();
        }
        return root;
    }

    /** One line without its subject, which is the peer. */
    static String lineOf(Status status) {
        Throwable cause = status.getCause();
        if (cause != null) {
            return lineOf(rootOf(cause));
        }
        return switch (status.getCode()) {
            case OK -> "closed the stream";
            case UNIMPLEMENTED -> "speaks gRPC, but is not a node of Danta";
            default -> firstLineOf(status);
        };
    }

    private static String lineOf(Throwable root) {
        String text = String.valueOf(root.getMessage());
        if (text.contains("Connection refused")) {
            return "connection refused";
        }
        if (text.contains("Connection reset")) {
            return "connection reset";
        }
        if (root instanceof UnknownHostException) {
            return "unknown host";
        }
        if (root instanceof NoRouteToHostException || text.contains("unreachable")) {
            return "no route to host";
        }
        if (root instanceof ConnectException && text.contains("timed out")) {
            return "no connection in time";
        }
        return text.lines().findFirst().orElse(root.getClass().getSimpleName());
    }

    private static String firstLineOf(Status status) {
        String text = status.getDescription();
        return text == null
                ? status.getCode().toString()
                : text.lines().findFirst().orElse(text);
    }
}
