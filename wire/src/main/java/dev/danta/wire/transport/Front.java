package dev.danta.wire.transport;

import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.proto.DantaGrpc;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.util.List;

/**
 * What a node offers to callers who know nothing of it: {@code danta.v1}, gRPC's description of that (reflection), and gRPC's
 * health service, which says that it serves once the node knows its cluster, unless it is to be left alone.
 */
final class Front {
    private final GatewayCounter counter;
    private final HealthStatusManager health = new HealthStatusManager();

    /** Does not serve before the first {@link #follow}. */
    Front(GatewayCounter counter) {
        this.counter = counter;
        say(ServingStatus.NOT_SERVING);
    }

    List<ServerServiceDefinition> services() {
        return List.of(
                counter.service(),
                health.getHealthService().bindService(),
                ProtoReflectionServiceV1.newInstance().bindService());
    }

    void follow(Topology topology) {
        boolean isDraining =
                topology.node(counter.node()).filter(Member::draining).isPresent();
        say(isDraining ? ServingStatus.NOT_SERVING : ServingStatus.SERVING);
    }

    /** Serves no more, whatever comes. */
    void close() {
        health.enterTerminalState();
    }

    private void say(ServingStatus status) {
        health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
        health.setStatus(DantaGrpc.SERVICE_NAME, status);
    }
}
