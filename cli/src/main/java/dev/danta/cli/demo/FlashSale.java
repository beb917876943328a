package dev.danta.cli.demo;

import dev.danta.check.CheckOptions;
import dev.danta.check.History;
import dev.danta.check.HistoryCheck;
import dev.danta.check.Result;
import dev.danta.check.history.HistoryRecorder;
import dev.danta.check.model.BoundedCounterModel;
import dev.danta.check.model.BoundedCounterModel.Input;
import dev.danta.check.model.BoundedCounterModel.Output;
import dev.danta.cli.report.Outage;
import dev.danta.cli.report.SaleRound;
import dev.danta.client.BoundedCounter;
import dev.danta.client.Bounds;
import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Key;
import dev.danta.client.Mode;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.client.Tx;
import dev.danta.client.TxOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The same sale three times: first relaxed, where the stock is read and written back unvalidated and so oversells; then
 * reserved, of a bounded counter, which sells exactly what is there; then strict, while one node fails in
 * mid-sale, and sells exactly what is there, too. The last two are recorded and judged.
 *
 * <p>Everything is over within the settings' time for each round and a bounded time for checking. One run; only {@link
 * #status} may be called by another thread meanwhile.
 */
public final class FlashSale {
    private static final String SPACE = "shop";
    private static final String ARTICLE = "sku-1";
    private static final Key KEY = Key.of(ARTICLE);
    private static final Duration CALL = Duration.ofSeconds(10);
    private static final Duration CHECKING = Duration.ofSeconds(60);
    private static final long BACK_MILLIS_MAX = 30_000;

    private final DemoSettings settings;
    private final List<DantaClient> clients;
    private final NodeSwitch nodes;
    private volatile Supplier<String> status = () -> "starting";

    /**
     * A sale to be run.
     *
     * @param clients of one cluster, at least one; the buyers are spread over them
     * @param nodes of the same cluster
     */
    public FlashSale(DemoSettings settings, List<DantaClient> clients, NodeSwitch nodes) {
        if (clients.isEmpty()) {
            throw new IllegalArgumentException("a sale needs at least one client");
        }
        this.settings = settings;
        this.clients = List.copyOf(clients);
        this.nodes = nodes;
    }

    /** How it is going, one line. */
    public String status() {
        return status.get();
    }

    /** Runs all rounds and judges the second and the third. */
    public DemoOutcome run() throws InterruptedException {
        SaleRound relaxed = relaxed();
        DemoOutcome.Kept reserved = reserved();
        return new DemoOutcome(relaxed, reserved, strict());
    }

    private SaleRound relaxed() throws InterruptedException {
        List<Table<Long>> stocks = tables("stock-relaxed", Mode.RELAXED);
        stocks.get(0).put(KEY, (long) settings.units());
        SaleRun sale = new SaleRun(settings, System.nanoTime(), sold -> {});
        status = () -> "round 1/3 relaxed: " + progress(sale);
        List<Till> tills = new ArrayList<>();
        for (int i = 0; i < settings.threads(); i++) {
            tills.add(new RelaxedTill(stocks.get(i % stocks.size()), KEY));
        }
        SaleRun.Takings takings = sale.run(tills);
        int oversold = Math.max(0, sold(takings) - settings.units());
        return new SaleRound(
                "relaxed",
                settings.units(),
                settings.buyers(),
                takings.answers(),
                takings.elapsedNanos(),
                takings.retries(),
                takings.resolved(),
                takings.unanswered(),
                null,
                oversold == 0 ? "not oversold, by luck" : "oversold",
                oversold == 0);
    }

    private DemoOutcome.Kept reserved() throws InterruptedException {
        List<BoundedCounter> stocks = clients.stream()
                .map(client -> client.space(SPACE).boundedCounter("stock-reserved", Bounds.atLeast(0)))
                .toList();
        stocks.get(0).gain(KEY, settings.units());
        HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>();
        List<Till> tills = new ArrayList<>();
        for (int i = 0; i < settings.threads(); i++) {
            tills.add(new ReservedTill(
                    stocks.get(i % stocks.size()), KEY, new Input.Spend(ARTICLE, 1), recorder.client()));
        }
        SaleRun sale = new SaleRun(settings, System.nanoTime(), sold -> {});
        status = () -> "round 2/3 reserved: " + progress(sale);
        SaleRun.Takings takings = sale.run(tills);
        return judged("reserved", takings, null, recorder, () -> stocks.get(0).value(KEY));
    }

    private DemoOutcome.Kept strict() throws InterruptedException {
        List<Table<Long>> stocks = tables("stock-strict", Mode.STRICT);
        Space first = clients.get(0).space(SPACE);
        TxOptions patient = Tx.options().deadline(CALL);
        first.execute(patient, tx -> tx.put(stocks.get(0), KEY, (long) settings.units()));
        HistoryRecorder<Input, Output> recorder = new HistoryRecorder<>();
        List<Till> tills = new ArrayList<>();
        for (int i = 0; i < settings.threads(); i++) {
            int client = i % clients.size();
            tills.add(new StrictTill(
                    clients.get(client).space(SPACE),
                    stocks.get(client),
                    KEY,
                    new Input.Spend(ARTICLE, 1),
                    recorder.client()));
        }
        long start = System.nanoTime();
        Breakdown breakdown = new Breakdown(nodes, settings.units(), new SplittableRandom(settings.seed()), start);
        SaleRun sale = new SaleRun(settings, start, breakdown::onSold);
        status = () -> "round 3/3 strict: " + progress(sale) + breakdown.inWords();
        SaleRun.Takings takings = withBreakdown(breakdown, sale, tills);

        return judged(
                "strict",
                takings,
                breakdown.outage(),
                recorder,
                () -> first.<Long, RuntimeException>read(
                        patient, tx -> tx.get(stocks.get(0), KEY).orElse(0L)));
    }

    private DemoOutcome.Kept judged(
            String name,
            SaleRun.Takings takings,
            @Nullable Outage outage,
            HistoryRecorder<Input, Output> recorder,
            LongSupplier stock) {
        HistoryRecorder.Call<Output> read = recorder.client().invoke(new Input.Read(ARTICLE));
        long left = stock.getAsLong();
        read.ok(new Output.Value(left));
        status = () -> "judging the history of " + settings.buyers() + " buyers";
        History<Input, Output> history = recorder.history();
        Result<Input, Output> result = HistoryCheck.check(
                BoundedCounterModel.stock(settings.units()),
                history,
                CheckOptions.defaults().withTimeout(CHECKING));
        return kept(name, takings, outage, left, history, result);
    }

    private static SaleRun.Takings withBreakdown(Breakdown breakdown, SaleRun sale, List<Till> tills)
            throws InterruptedException {
        FutureTask<Boolean> failing = new FutureTask<>(breakdown, true);
        Thread thread = new Thread(failing, "demo-breakdown");
        thread.setDaemon(true);
        thread.start();
        SaleRun.Takings takings;
        try {
            takings = sale.run(tills);
        } finally {
            breakdown.onSaleOver();
        }
        try {
            failing.get(BACK_MILLIS_MAX, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(
                    "the node that was killed is not back after " + BACK_MILLIS_MAX / 1_000 + " s", late);
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException known) {
                throw known;
            }
            throw new IllegalStateException(failed.getCause());
        }
        return takings;
    }

    private DemoOutcome.Kept kept(
            String name,
            SaleRun.Takings takings,
            @Nullable Outage outage,
            long left,
            History<Input, Output> history,
            Result<Input, Output> result) {
        int sold = sold(takings);
        int wanted = Math.min(settings.units(), settings.buyers());
        boolean exact = sold == wanted && left == settings.units() - sold;
        DemoOutcome.Verdict verdict;
        String words;
        if (result instanceof Result.Invalid) {
            verdict = DemoOutcome.Verdict.BROKEN;
            words = "history INVALID";
        } else if (sold > wanted || (takings.unanswered() == 0 && !exact)) {
            verdict = DemoOutcome.Verdict.BROKEN;
            words = sold > wanted ? "oversold" : wanted - sold + " left unsold, stock reads " + left;
        } else if (takings.unanswered() > 0) {
            verdict = DemoOutcome.Verdict.UNDECIDED;
            words = takings.unanswered() + " buyers without an answer";
        } else if (!result.isValid()) {
            verdict = DemoOutcome.Verdict.UNDECIDED;
            words = "history UNKNOWN";
        } else {
            verdict = DemoOutcome.Verdict.KEPT;
            words = "exact, history VALID";
        }
        SaleRound round = new SaleRound(
                name,
                settings.units(),
                settings.buyers(),
                takings.answers(),
                takings.elapsedNanos(),
                takings.retries(),
                takings.resolved(),
                takings.unanswered(),
                outage,
                words,
                verdict == DemoOutcome.Verdict.KEPT);
        return new DemoOutcome.Kept(round, result.sentence(), verdict, history);
    }

    private List<Table<Long>> tables(String name, Mode mode) {
        return clients.stream()
                .map(client -> client.space(SPACE).table(name, Codecs.LONG, mode))
                .toList();
    }

    private String progress(SaleRun sale) {
        int sold = sale.sold();
        return sold + " of " + settings.units() + " sold, " + sale.served() + " of " + settings.buyers()
                + " buyers served";
    }

    private static int sold(SaleRun.Takings takings) {
        return (int) takings.answers().stream().filter(SaleRound.Answer::bought).count();
    }

    /** The longest that a run can take, in whole seconds; whoever watches may end it after that. */
    public long secondsMax() {
        return 3 * (settings.within().toSeconds() + 15)
                + TimeUnit.MILLISECONDS.toSeconds(BACK_MILLIS_MAX)
                + 2 * CHECKING.toSeconds()
                + 5 * CALL.toSeconds();
    }
}
