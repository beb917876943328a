package dev.danta.testkit.junit;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class with a cluster of its own: real nodes in this process, on free ports, in a temporary folder, started when
 * first asked for and gone after the last test. Its constructor and methods may take an {@link
 * dev.danta.testkit.EmbeddedCluster}, by which nodes are stopped, killed, started again and cut off, and a {@link
 * dev.danta.client.DantaClient} that is connected to it and closed after the last test.
 *
 * <pre>{@code
 * @DantaCluster
 * class BankTest {
 *     @Test
 *     void aTransferIsThereThoughANodeDies(EmbeddedCluster cluster, DantaClient client) {
 *         cluster.killNode(2);
 *         ...
 *     }
 * }
 * }</pre>
 *
 * <p>Tests of one class share its cluster: keys of their own, or spaces of their own, keep them apart.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(DantaClusterExtension.class)
public @interface DantaCluster {
    /** How many nodes there are: 1, 3 or 5. */
    int nodes() default 3;

    /** How many shards the data has. */
    int shards() default 1;

    /** How long a call of the client may take in all, in milliseconds: long enough for a node that comes back. */
    long deadlineMillis() default 20_000;
}
