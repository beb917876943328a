package dev.danta.gateway;

import dev.danta.client.DantaClient;
import dev.danta.client.Read;
import dev.danta.client.Tx;
import dev.danta.ir.id.Bytes;
import dev.danta.wire.gateway.GatewayDesk;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayReply.Effect;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.gateway.GatewayRequest.Level;
import dev.danta.wire.gateway.GatewayRequest.Reader;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does what callers of {@code danta.v1} ask of a node, with a client inside the node.
 *
 * <p>Every call is answered by about its deadline: what waits for a thread, by the timer; what has begun, by the client, whose
 * own answer says more, or by the timer a moment later.
 */
public final class Gateway implements GatewayDesk {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    /** So long the client's own answer is waited for when the deadline has passed; it is on its way. */
    private static final Duration GRACE = Duration.ofMillis(20);

    private final Semaphore admission;
    private final ThreadPoolExecutor threads;
    private final ScheduledThreadPoolExecutor timer;
    private final InnerClient inner;
    private final OpenTransactions<Tx> open;
    private final Interactive interactive;
    private volatile boolean closed;

    private Gateway(GatewaySettings settings, int node, Supplier<String> address, UnaryOperator<String> translator) {
        this.admission = new Semaphore((int) Math.min(Integer.MAX_VALUE, settings.callBytesMax()));
        this.threads = new ThreadPoolExecutor(
                settings.threads(),
                settings.threads(),
                10,
                TimeUnit.SECONDS,
                // Bounded by the bytes that calls may take.
                new LinkedBlockingQueue<>(),
                named("danta-gateway-" + node));
        threads.allowCoreThreadTimeOut(true);
        this.timer = new ScheduledThreadPoolExecutor(1, named("danta-gateway-" + node + "-timer"));
        timer.setRemoveOnCancelPolicy(true);
        timer.setKeepAliveTime(10, TimeUnit.SECONDS);
        timer.allowCoreThreadTimeOut(true);
        this.inner = new InnerClient(address, translator);
        this.open = new OpenTransactions<>(node, settings, System::nanoTime, this::after);
        this.interactive = new Interactive(open);
    }

    /**
     * The desk of a node.
     *
     * @param node its number
     * @param address where it can be reached from here, {@code host:port}; asked for when somebody calls
     */
    public static GatewayDesk open(int node, Supplier<String> address) {
        return open(node, address, UnaryOperator.identity());
    }

    /**
     * The same for a node that does not reach others where they say that they are.
     *
     * @param translator as {@link DantaClient.Builder#addressTranslator} has it
     */
    public static GatewayDesk open(int node, Supplier<String> address, UnaryOperator<String> translator) {
        return new Gateway(GatewaySettings.DEFAULT, node, address, translator);
    }

    private static ThreadFactory named(String name) {
        AtomicInteger number = new AtomicInteger();
        return task -> {
            Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        };
    }

    private void after(long nanos, Runnable action) {
        try {
            ScheduledFuture<?> unused = timer.schedule(action, nanos, TimeUnit.NANOSECONDS);
        } catch (RejectedExecutionException closing) {
            LOG.debug("nothing is done later any more", closing);
        }
    }

    @Override
    public CompletableFuture<GatewayReply> ask(GatewayRequest request, Duration within) {
        Call call = new Call(request, within);
        int bytes = call.bytes();
        if (!admission.tryAcquire(bytes)) {
            call.answer(new Refused(
                    Refused.Kind.OVERLOADED, Effect.NOT_APPLIED, true, "this node does too much for callers already"));
            return call.answer();
        }
        try {
            threads.execute(() -> serve(call, bytes));
        } catch (RejectedExecutionException closing) {
            admission.release(bytes);
            call.answer(stopping());
            return call.answer();
        }
        answerInTime(call, within.plus(GRACE));
        return call.answer();
    }

    private void answerInTime(Call call, Duration at) {
        try {
            ScheduledFuture<?> late = timer.schedule(call::onLate, at.toNanos(), TimeUnit.NANOSECONDS);
            CompletableFuture<?> unused = call.answer().whenComplete((reply, thrown) -> late.cancel(false));
        } catch (RejectedExecutionException closing) {
            // Whatever is under way ends with the client.
            LOG.debug("calls are not answered in time any more", closing);
        }
    }

    private void serve(Call call, int bytes) {
        boolean isUnderWay = false;
        try {
            CompletableFuture<GatewayReply> work = work(call);
            isUnderWay = true;
            CompletableFuture<?> unused = work.whenComplete((reply, thrown) -> {
                admission.release(bytes);
                answer(call, reply, thrown);
            });
        } finally {
            if (!isUnderWay) {
                // An Error, which goes on to the thread; the caller is answered by the timer.
                admission.release(bytes);
            }
        }
    }

    private CompletableFuture<GatewayReply> work(Call call) {
        try {
            return call.isOver() ? call.answer() : perform(call);
        } catch (RuntimeException thrown) {
            return CompletableFuture.failedFuture(thrown);
        }
    }

    private void answer(Call call, @Nullable GatewayReply reply, @Nullable Throwable thrown) {
        if (reply != null) {
            call.answer(reply);
            return;
        }
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        Optional<Refused> refused = cause == null ? Optional.empty() : Refusals.of(cause);
        if (refused.isPresent()) {
            call.answer(refused.get());
        } else if (closed) {
            // What the client says of a call that it did not take any more.
            call.answer(stopping());
        } else {
            LOG.error("a bug in what is done for callers", cause);
            call.fail(cause == null ? new IllegalStateException("no answer") : cause);
        }
    }

    private static Refused stopping() {
        return new Refused(Refused.Kind.UNAVAILABLE, Effect.NOT_APPLIED, true, "this node is stopping");
    }

    private CompletableFuture<GatewayReply> perform(Call call) {
        GatewayRequest request = call.request();
        if (request instanceof GatewayRequest.KeepAlive keep) {
            return done(interactive.keepAlive(keep));
        } else if (request instanceof GatewayRequest.Rollback rollback) {
            return done(interactive.rollback(rollback));
        }
        DantaClient client = inner.get(call.remaining());
        if (!call.begin()) {
            return call.answer();
        }
        if (request instanceof GatewayRequest.Put put) {
            return Relaxed.put(client, put);
        } else if (request instanceof GatewayRequest.Add add) {
            return Relaxed.add(client, add);
        } else if (request instanceof GatewayRequest.Sum sum) {
            return Relaxed.sum(client, sum);
        } else if (request instanceof GatewayRequest.Get get && get.reader() instanceof Reader.Alone alone) {
            return alone.level() == Level.STRICT ? getStrict(client, get, call) : Relaxed.get(client, get, alone);
        }
        return done(block(client, request, call));
    }

    private GatewayReply block(DantaClient client, GatewayRequest request, Call call) {
        if (request instanceof GatewayRequest.Transact transact) {
            return OneShot.transact(client, transact, call.remaining());
        } else if (request instanceof GatewayRequest.Begin begin) {
            return interactive.begin(client, begin);
        } else if (request instanceof GatewayRequest.Buffer buffer) {
            return interactive.buffer(client, buffer, call.remaining());
        } else if (request instanceof GatewayRequest.Commit commit) {
            return interactive.commit(commit, call.remaining());
        } else if (request instanceof GatewayRequest.Get get && get.reader() instanceof Reader.Within within) {
            return interactive.get(client, get, within.transaction(), call.remaining());
        } else if (request instanceof GatewayRequest.Scan scan) {
            return scan.transaction().isEmpty()
                    ? Pages.page(client, scan, call.remaining())
                    : interactive.scan(client, scan, call.remaining());
        } else if (request instanceof GatewayRequest.Outcome outcome) {
            return new GatewayReply.Outcome(
                    Refusals.effect(client.outcomeOf(outcome.handle()).resolve(call.remaining())));
        }
        throw new IllegalStateException("nobody does this: " + request);
    }

    private static CompletableFuture<GatewayReply> done(GatewayReply reply) {
        return CompletableFuture.completedFuture(reply);
    }

    private static CompletableFuture<GatewayReply> getStrict(DantaClient client, GatewayRequest.Get get, Call call) {
        if (get.keys().size() > 1) {
            return done(OneShot.get(client, get.place(), get.keys(), call.remaining()));
        }
        return Tables.strict(client, get.place())
                .getAsync(Keys.key(get.keys().get(0)), Read.STRICT)
                .thenApply(value -> new GatewayReply.Got(
                        List.of(new GatewayReply.Found(value.map(Bytes::wrap).orElse(null))), ""));
    }

    @Override
    public void close(Duration within) {
        closed = true;
        open.close();
        inner.close(within);
        threads.shutdown();
        timer.shutdownNow();
    }
}
