package dev.danta.cli;

import dev.danta.cli.status.GrpcNodes;
import dev.danta.cli.status.Ink;
import dev.danta.cli.status.Overview;
import dev.danta.cli.status.Screen;
import dev.danta.cli.status.StatusJson;
import dev.danta.cli.status.Survey;
import dev.danta.wire.HostAndPort;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Model.CommandSpec;

/** Prints how a cluster is. */
final class ClusterStatusView {
    /** To the upper left corner, and nothing is left of what was there. */
    private static final String CLEAR = "\u001b[H\u001b[2J";

    private final Survey survey;
    private final Ink ink;
    private final boolean everyShard;
    private final boolean hashes;
    private final boolean json;
    private final CommandSpec spec;
    private final PrintWriter out;

    ClusterStatusView(
            List<HostAndPort> seeds, Ink ink, boolean everyShard, boolean hashes, boolean json, CommandSpec spec) {
        this.survey = new Survey(new GrpcNodes(), seeds);
        this.ink = ink;
        this.everyShard = everyShard;
        this.hashes = hashes;
        this.json = json;
        this.spec = spec;
        this.out = spec.commandLine().getOut();
    }

    void once() throws InterruptedException {
        print(ClusterWork.taken(survey, hashes));
    }

    private void print(Overview overview) {
        if (json) {
            out.println(JsonFiles.text(StatusJson.of(overview)));
        } else {
            new Screen(overview, ink, everyShard).lines().forEach(out::println);
        }
        out.flush();
    }

    /**
     * Until the process ends. A cluster that answered once may be silent for a while.
     *
     * @param inPlace each takes the place of the one before; else they follow each other
     */
    void forEver(Duration every, boolean inPlace) throws InterruptedException {
        boolean answered = false;
        while (true) {
            String silence = "";
            Overview overview = null;
            try {
                overview = ClusterWork.taken(survey, hashes);
            } catch (CommandException silent) {
                if (!answered) {
                    throw silent;
                }
                silence = String.valueOf(silent.getMessage());
            }
            if (inPlace && !json) {
                out.print(CLEAR);
                out.println(LocalTime.now(ZoneId.systemDefault()).truncatedTo(ChronoUnit.SECONDS) + ", again every "
                        + every.toMillis() / 1e3 + " s, Ctrl-C ends it");
                out.println();
            } else if (answered && !json) {
                out.println();
            }
            if (overview == null) {
                spec.commandLine().getErr().println(silence);
            } else {
                answered = true;
                print(overview);
            }
            TimeUnit.NANOSECONDS.sleep(every.toNanos());
        }
    }
}
