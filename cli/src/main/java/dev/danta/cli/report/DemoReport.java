package dev.danta.cli.report;

import java.util.List;

/**
 * What the demo's report tells.
 *
 * @param when the demo was run, for people
 * @param seed what it was made from
 * @param nodes how many there were
 * @param clients how many client instances
 * @param threads how many buyers at the same time
 * @param relaxed the round without validation
 * @param reserved the round of a bounded counter
 * @param strict the round of transactions
 * @param checker the checker's verdict on the strict round, one line
 * @param history the file with that round's history
 * @param command the command that made this
 * @param machine where, one line
 * @param next commands to go on with, each with what it does
 */
public record DemoReport(
        String when,
        long seed,
        int nodes,
        int clients,
        int threads,
        SaleRound relaxed,
        SaleRound reserved,
        SaleRound strict,
        String checker,
        String history,
        String command,
        String machine,
        List<Command> next) {

    /** A command line and what it is good for. */
    public record Command(String line, String purpose) {}

    public DemoReport {
        next = List.copyOf(next);
    }

    /** The page: UTF-8, complete in itself. */
    public String toHtml() {
        return new ReportPage(this).render();
    }
}
