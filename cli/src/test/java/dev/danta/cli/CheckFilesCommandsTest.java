package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is done with files of histories without judging them: convert, stats, validate. */
final class CheckFilesCommandsTest {
    /** Two clients, an observer, one answer that is lost and one refusal. */
    private static final String RECORDED = """
            {:index 0 :time 1000000000 :type :invoke :process 0 :f :write :value 1}
            {:index 1 :time 1500000000 :type :invoke :process 1 :f :cas :value [1 2]}
            {:index 2 :time 1600000000 :type :info :process :nemesis :f :kill :value "n1"}
            {:index 3 :time 2000000000 :type :ok :process 0 :f :write :value 1}
            {:index 4 :time 2000000000 :type :fail :process 1 :f :cas :value [1 2]}
            {:index 5 :time 2100000000 :type :invoke :process 0 :f :write :value 3}
            {:index 6 :time 3500000000 :type :info :process 0 :f :write :value 3}
            {:index 7 :time 3500000000 :type :invoke :process 1 :f :read :value nil}
            {:index 8 :time 3500000000 :type :ok :process 1 :f :read :value 1}
            """;

    @TempDir
    Path folder;

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }

    private String path(String name) {
        return folder.resolve(name).toString();
    }

    @Test
    void aHistoryGoesThroughEveryFormatAndStaysWhatItIs() throws IOException {
        String recorded = file("recorded.edn", RECORDED);
        String before = verdict(Danta.run("check", "--model", "register", "--init", "0", recorded));
        String last = recorded;
        for (String next : List.of("a.jsonl", "b.json.gz", "c.edn", "d.json", "e.jsonl.gz")) {
            Danta converted = Danta.run("check", "convert", last, "--out", path(next));
            assertThat(converted.exitCode()).as(next).isZero();
            assertThat(converted.out()).startsWith(path(next) + ": 9 events, ");
            assertThat(converted.err()).isEmpty();
            last = path(next);
            assertThat(verdict(Danta.run("check", "--model", "register", "--init", "0", last)))
                    .as(next)
                    .isEqualTo(before);
        }
        assertThat(folder.resolve("c.edn")).content().isEqualTo("""
                        {:index 0, :process 0, :type :invoke, :f :write, :value 1}
                        {:index 1, :process 1, :type :invoke, :f :cas, :value [1 2]}
                        {:index 2, :process :nemesis, :type :info, :f :kill, :value "n1"}
                        {:index 3, :process 0, :type :ok, :f :write, :value 1}
                        {:index 4, :process 1, :type :fail, :f :cas, :value [1 2]}
                        {:index 5, :process 0, :type :invoke, :f :write, :value 3}
                        {:index 6, :process 0, :type :info, :f :write, :value 3}
                        {:index 7, :process 1, :type :invoke, :f :read, :value nil}
                        {:index 8, :process 1, :type :ok, :f :read, :value 1}
                        """);
    }

    private static String verdict(Danta danta) {
        return danta.exitCode() + danta.out().substring(0, danta.out().indexOf(' '));
    }

    @Test
    void whatOptionsSayIsInTheHeaderAndNeedNotBeSaidAgain() throws IOException {
        String recorded = file("recorded.edn", RECORDED);

        Danta.run("check", "convert", "--model", "register", "--init", "7", recorded, "--out", path("a.jsonl"));
        Danta again = Danta.run("check", "convert", path("a.jsonl"), "--out", path("b.edn"));

        assertThat(folder.resolve("a.jsonl"))
                .content()
                .startsWith("{\"header\":{\"format\":1,\"model\":\"register\",\"initial\":\"7\"}}\n");
        assertThat(Danta.run("check", path("a.jsonl")).exitCode()).isZero();
        assertThat(again.err())
                .isEqualTo("danta check convert: EDN has no header: judge it with --model register --init 7"
                        + System.lineSeparator());
        assertThat(folder.resolve("b.edn")).content().startsWith("; {\"header\"");
        assertThat(Danta.run("check", "--model", "register", path("b.edn")).exitCode())
                .isZero();
    }

    /** Events of one stamp are concurrent, and in EDN the order alone says so. */
    @Test
    void whatIsConcurrentStaysConcurrentInEdn() throws IOException {
        String touching = file("touching.jsonl", """
                {"process":0,"time":1,"type":"invoke","f":"write","value":1}
                {"process":0,"time":5,"type":"ok","f":"write","value":1}
                {"process":1,"time":5,"type":"invoke","f":"read"}
                {"process":1,"time":6,"type":"ok","f":"read","value":null}
                """);
        assertThat(Danta.run("check", "--model", "register", touching).exitCode())
                .isZero();

        Danta.run("check", "convert", touching, "--out", path("touching.edn"));

        assertThat(Danta.run("check", "--model", "register", path("touching.edn"))
                        .exitCode())
                .isZero();
    }

    @Test
    void theWordsOfATransactionsStepsAreKeywordsInEdn() throws IOException {
        String steps = file("steps.jsonl", """
                {"process":0,"type":"invoke","f":"txn","value":[["append","x","a\\"b"],["r","y",null]]}
                {"process":0,"type":"ok","f":"txn","value":[["append","x","a\\"b"],["r","y",[1,true,1.5]]]}
                """);

        Danta.run("check", "convert", steps, "--out", path("steps.edn"));

        assertThat(folder.resolve("steps.edn")).content().isEqualTo("""
                {:index 0, :process 0, :type :invoke, :f :txn, :value [[:append "x" "a\\"b"] [:r "y" nil]]}
                {:index 1, :process 0, :type :ok, :f :txn, :value [[:append "x" "a\\"b"] [:r "y" [1 true 1.5]]]}
                """);
    }

    @Test
    void aFileMayBeReplacedByItselfAndStaysIfItIsNoHistory() throws IOException {
        String good = file("good.jsonl", """
                {"process":0,"type":"invoke","f":"read"}
                {"process":0,"type":"ok","f":"read","value":1}
                """);
        String bad = file("bad.jsonl", """
                {"process":0,"type":"invoke","f":"read"}
                {"process":0,"type":"perhaps","f":"read","value":1}
                """);
        String badBefore = Files.readString(Path.of(bad));

        assertThat(Danta.run("check", "convert", good, "--to", "json", "--out", good)
                        .exitCode())
                .isZero();
        Danta refused = Danta.run("check", "convert", bad, "--to", "edn", "--out", bad);

        assertThat(Files.readString(Path.of(good))).startsWith("[");
        assertThat(refused.exitCode()).isEqualTo(2);
        assertThat(refused.err()).contains("bad.jsonl: line 2: ");
        assertThat(Files.readString(Path.of(bad))).isEqualTo(badBefore);
        assertThat(folder).isDirectoryNotContaining("glob:**/part-*");
        assertThat(Danta.run("check", "convert", good, "--to", "xml").err()).contains("jsonl, json, edn");
    }

    @Test
    void whatBreaksOffIsConvertedUpToThere() throws IOException {
        String torn = file("torn.jsonl", """
                {"process":0,"type":"invoke","f":"read"}
                {"process":0,"type":"o""");

        Danta danta = Danta.run("check", "convert", torn, "--out", path("whole.jsonl"));

        assertThat(danta.exitCode()).isZero();
        assertThat(danta.err()).contains("torn.jsonl breaks off at line 2");
        assertThat(folder.resolve("whole.jsonl")).content().hasLineCount(1);
    }

    @Test
    void statsSayWhatIsInAHistory() throws IOException {
        String recorded = file("recorded.edn", RECORDED);
        Path json = folder.resolve("stats.json");

        Danta danta = Danta.run("check", "stats", recorded, "--json", json.toString());

        assertThat(danta.exitCode()).isZero();
        assertThat(danta.out().lines())
                .containsExactly(
                        recorded,
                        "  format       EDN",
                        "  events       9, 1 of them by observers",
                        "  operations   4: 2 ok, 1 failed, 1 of unknown outcome",
                        "  processes    2",
                        "  keys         none named",
                        "  at a time    2 at most, 1.3 when one begins",
                        "  duration     2.500 s",
                        "  function                           ok       failed      unknown",
                        "  cas                                 0            1            0",
                        "  read                                1            0            0",
                        "  write                               1            0            1");
        JsonNode stats = new ObjectMapper().readTree(json.toFile()).at("/files/0");
        assertThat(stats.path("operations").asLong()).isEqualTo(4);
        assertThat(stats.path("unknownOutcomes").asLong()).isEqualTo(1);
        assertThat(stats.path("durationNanos").asLong()).isEqualTo(2_500_000_000L);
        assertThat(stats.at("/functions/write/unknownOutcomes").asLong()).isEqualTo(1);
        assertThat(stats.has("model")).isFalse();
    }

    @Test
    void keysAreCountedWhereverTheyStand() throws IOException {
        String fields = file("fields.jsonl", """
                {"header":{"format":1,"model":"kv","seed":3}}
                {"process":0,"type":"invoke","f":"get","key":"a"}
                {"process":1,"type":"invoke","f":"get","key":"b"}
                """);
        String pairs =
                file("pairs.edn", "[0 :invoke :write [7 1]]\n[1 :invoke :write [8 1]]\n[2 :invoke :write [7 2]]\n");
        String steps = file("steps.edn", "[0 :invoke :txn [[:r :x nil] [:append :y 1]]]\n");

        assertThat(Danta.run("check", "stats", fields).out())
                .contains("  keys         2" + System.lineSeparator())
                .contains("  header       model kv, seed 3")
                .contains("  duration     no times");
        assertThat(Danta.run("check", "stats", "--key", "value0", pairs).out())
                .contains("  keys         2" + System.lineSeparator());
        assertThat(Danta.run("check", "stats", steps).out()).contains("  keys         2" + System.lineSeparator());
        assertThat(Danta.run("check", "stats", file("empty.jsonl", "")).out()).contains("  operations   0: 0 ok");
    }

    @Test
    void validateSaysOfEachFileWhetherItIsAHistory() throws IOException {
        String good = file("a.edn", RECORDED);
        String torn = file("b.jsonl", "{\"process\":0,\"type\":\"invoke\",\"f\":\"read\"}\n{\"proc");
        String twice = file("c.edn", "[0 :invoke :write 1]\n[0 :invoke :write 2]\n");
        String missing = path("d.edn");

        Danta danta = Danta.run("check", "validate", good, torn, twice, missing);

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).isEmpty();
        assertThat(danta.out().lines())
                .containsExactly(
                        "OK        " + good + "  (9 events, values not looked at: no model said)",
                        "OK        " + torn
                                + "  (1 events, values not looked at: no model said)  [torn at line 2, the rest is used]",
                        "MALFORMED " + twice + ": line 2: process 0 invokes write while its write of line 1 is open",
                        "MALFORMED " + missing + ": there is no such file or folder");
        assertThat(Danta.run("check", "validate", good).exitCode()).isZero();
    }

    @Test
    void validateLooksAtValuesWhereItIsKnownWhatTheyAreOf() throws IOException {
        String counter = file("counter.jsonl", """
                {"header":{"format":1,"model":"bounded-counter"}}
                {"process":0,"type":"invoke","f":"spend","value":"much"}
                """);
        String own = file("own.jsonl", """
                {"header":{"format":1,"model":"tickets"}}
                {"process":0,"type":"invoke","f":"take","key":"1"}
                """);

        Danta danta = Danta.run("check", "validate", counter, own);

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.out())
                .contains("counter.jsonl: line 2: \"value\" must be an integer")
                .contains("OK        " + own + "  (1 events, values not looked at: no such model as tickets)");
        assertThat(Danta.run("check", "validate", "--model", "mutex", file("a.edn", RECORDED))
                        .out())
                .contains("a mutex knows acquire and release, not write");
    }
}
