package dev.danta.cli.status;

import dev.danta.wire.HostAndPort;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.transport.AdminClient;
import dev.danta.wire.transport.AdminUnreachableException;
import java.time.Duration;

/** Real nodes. */
public final class GrpcNodes implements Nodes {
    @Override
    public AdminReply ask(HostAndPort node, String cluster, AdminRequest request, Duration patience) {
        try {
            return AdminClient.ask(node, cluster, request, patience);
        } catch (AdminUnreachableException silent) {
            String sentence = String.valueOf(silent.getMessage());
            String address = node + ": ";
            throw new NoAnswerException(
                    sentence.startsWith(address) ? sentence.substring(address.length()) : sentence, silent);
        }
    }
}
