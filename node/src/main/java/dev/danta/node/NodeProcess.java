package dev.danta.node;

import dev.danta.ir.runtime.StorageException;
import dev.danta.wire.gateway.GatewayDesk;
import dev.danta.wire.transport.CannotListenException;
import java.io.PrintStream;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A process that is a node: from its settings to its exit code. */
public final class NodeProcess {
    /** It was asked to stop, and did. */
    public static final int OK = 0;
    /** The settings, the port, a folder or the disk cannot be used. */
    public static final int UNUSABLE = Node.Failure.STORAGE;

    private static final Logger LOG = LoggerFactory.getLogger(NodeProcess.class);

    private NodeProcess() {}

    /**
     * Serves until the process is asked to end (SIGTERM or SIGINT) or the node fails. Asked to end, it stops in good order
     * and ends the process with {@link #OK} itself, which is not the JVM's way: that would say 143.
     *
     * @param start how it comes to its cluster, if its folder does not say
     * @param errors gets one line if the node cannot start or has failed
     * @return the exit code for the process: {@link #OK}, {@link #UNUSABLE}, or {@link Node.Failure#BUG}
     */
    public static int run(NodeSettings settings, Start start, PrintStream errors) {
        return run(() -> Node.start(settings, start), errors);
    }

    /**
     * The same with the public service.
     *
     * @param gateway who does what its callers ask for
     */
    public static int run(NodeSettings settings, Start start, GatewayDesk.Opening gateway, PrintStream errors) {
        return run(() -> Node.start(settings, start, gateway), errors);
    }

    private static int run(Supplier<Node> starting, PrintStream errors) {
        Node node;
        try {
            node = starting.get();
        } catch (StorageException | CannotListenException unusable) {
            errors.println("danta: " + unusable.getMessage());
            return UNUSABLE;
        }
        return serve(node, errors);
    }

    private static int serve(Node node, PrintStream errors) {
        AtomicBoolean asked = new AtomicBoolean();
        Thread hook = new Thread(
                () -> {
                    asked.set(true);
                    node.close();
                    LOG.info("node {} stopped", node.settings().node().id().number());
                    Runtime.getRuntime().halt(exitCode(node, errors));
                },
                "danta-shutdown");
        Runtime.getRuntime().addShutdownHook(hook);
        if (!node.isInCluster()) {
            LOG.info(
                    "node {} listening on {} waits to be told its cluster, data in {}",
                    node.settings().node().id().number(),
                    node.address(),
                    node.settings().node().dataDir());
        }
        node.whenReady(() -> sayReady(node));
        return serve(node, hook, asked, errors);
    }

    private static int serve(Node node, Thread hook, AtomicBoolean asked, PrintStream errors) {
        try {
            node.awaitEnd();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            node.close();
        }
        if (asked.get()) {
            return OK;
        }
        removeHook(hook);
        return exitCode(node, errors);
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException ending) {
            LOG.debug("the process is ending already", ending);
        }
    }

    private static int exitCode(Node node, PrintStream errors) {
        return node.failure()
                .map(failure -> {
                    errors.println("danta: " + failure.message());
                    return failure.exitCode();
                })
                .orElse(OK);
    }

    private static void sayReady(Node node) {
        LOG.info(
                "node {} of cluster {} listening on {}, data in {}, recovered {} undecided transactions",
                node.settings().node().id().number(),
                node.cluster(),
                node.address(),
                node.settings().node().dataDir(),
                node.recoveredTransactions());
    }
}
