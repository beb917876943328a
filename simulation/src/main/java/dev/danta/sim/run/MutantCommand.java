package dev.danta.sim.run;

import dev.danta.sim.invariant.Violation;
import dev.danta.sim.mutant.Directed;
import dev.danta.sim.mutant.Hunt;
import dev.danta.sim.mutant.Mutant;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What {@code danta simulate --mutant} does: breaks rules on purpose, and says how soon that was found out. */
public final class MutantCommand {
    private static final int REASON_MAX = 74;

    private final PrintWriter out;
    private final SimulateCommand.Status status;

    /** Results go to {@code out}. */
    public MutantCommand(PrintWriter out, SimulateCommand.Status status) {
        this.out = out;
        this.status = status;
    }

    /**
     * Hunts {@code mutants} and prints a line for each; a single one is explained too.
     *
     * @return the exit code: clean if every hunt caught its mutant
     * @throws InterruptedException if the calling thread is interrupted
     */
    public int run(List<Mutant> mutants, Hunt hunt) throws InterruptedException {
        out.printf(
                Locale.ROOT, "%-36s %7s %7s %7s %11s  %s%n", "mutant", "caught", "median", "worst", "simulated", "by");
        int[] done = {0};
        int[] escaped = {0};
        status.show("hunting " + mutants.size() + " mutants, " + hunt.starts() + " times each");
        hunt.all(mutants, bag -> {
            status.clear();
            print(bag);
            if (mutants.size() == 1) {
                explain(bag);
            }
            out.flush();
            done[0]++;
            escaped[0] += bag.isCaughtAlways() ? 0 : 1;
            status.show(done[0] + " of " + mutants.size() + " mutants");
        });
        status.clear();
        out.printf(
                Locale.ROOT,
                "%d of %d mutants caught by every one of %d hunts, each of at most %d seeds%n",
                mutants.size() - escaped[0],
                mutants.size(),
                hunt.starts(),
                hunt.seedsMax());
        out.flush();
        return escaped[0] == 0 ? SimulateCommand.EXIT_CLEAN : SimulateCommand.EXIT_VIOLATED;
    }

    private void print(Hunt.Bag bag) {
        String by = bag.catches().stream()
                .flatMap(one -> one.violation().stream()
                        .map(violation ->
                                words(violation.kind()) + (one.directed().isPresent() ? " in a directed run" : "")))
                .distinct()
                .sorted()
                .collect(Collectors.joining(", "));
        out.printf(
                Locale.ROOT,
                "%-36s %3d/%-3d %7d %7d %9.0f s  %s%n",
                bag.mutant().name(),
                bag.caught(),
                bag.catches().size(),
                bag.medianSeeds(),
                bag.worstSeeds(),
                bag.medianNanos() / 1e9,
                by.isEmpty() ? "NOT CAUGHT" : by);
    }

    private static String words(Violation.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    private void explain(Hunt.Bag bag) {
        out.println("  breaks: " + bag.mutant().breaks());
        for (Hunt.Catch one : bag.catches()) {
            Optional<Violation> violation = one.violation();
            String text = violation.map(Violation::getMessage).orElse("nothing was found");
            String when = one.directed().map(Directed::name).orElse("after " + one.seeds() + " seeds");
            out.printf(Locale.ROOT, "  %s: %s%n", when, shortened(text));
        }
    }

    private static String shortened(String text) {
        return text.length() <= REASON_MAX ? text : text.substring(0, REASON_MAX - 3) + "...";
    }
}
