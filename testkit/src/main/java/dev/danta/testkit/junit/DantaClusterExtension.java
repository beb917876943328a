package dev.danta.testkit.junit;

import dev.danta.client.DantaClient;
import dev.danta.testkit.EmbeddedCluster;
import java.time.Duration;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolutionException;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link DantaCluster} does. */
final class DantaClusterExtension implements ParameterResolver {
    private final Namespace ours = Namespace.create(DantaCluster.class);

    /** Closed by JUnit with the class that it is kept for. */
    private static final class Started implements AutoCloseable {
        private final EmbeddedCluster cluster;
        private final DantaClient client;

        Started(DantaCluster wanted) {
            cluster = EmbeddedCluster.builder()
                    .nodes(wanted.nodes())
                    .shards(wanted.shards())
                    .partitionable()
                    .build();
            boolean connected = false;
            try {
                client = cluster.clientBuilder()
                        .deadline(Duration.ofMillis(wanted.deadlineMillis()))
                        .build();
                connected = true;
            } finally {
                if (!connected) {
                    cluster.close();
                }
            }
        }

        @Override
        public void close() {
            try {
                client.close();
            } finally {
                cluster.close();
            }
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        Class<?> type = parameter.getParameter().getType();
        return type == EmbeddedCluster.class || type == DantaClient.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Started started = started(context);
        return parameter.getParameter().getType() == EmbeddedCluster.class ? started.cluster : started.client;
    }

    /** Of the class that has the annotation, which a nested one shares. */
    private Started started(ExtensionContext context) {
        for (ExtensionContext one = context; one != null; one = one.getParent().orElse(null)) {
            DantaCluster wanted = one.getTestClass()
                    .map(type -> type.getDeclaredAnnotation(DantaCluster.class))
                    .orElse(null);
            if (wanted != null && one.getTestMethod().isEmpty()) {
                return one.getStore(ours).computeIfAbsent(Started.class, key -> new Started(wanted), Started.class);
            }
        }
        throw new ParameterResolutionException("no class here is a @DantaCluster");
    }
}
