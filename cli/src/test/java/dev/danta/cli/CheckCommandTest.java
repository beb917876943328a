package dev.danta.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.danta.check.History;
import dev.danta.check.Operation;
import dev.danta.check.history.HistoryHeader;
import dev.danta.check.history.HistoryWriter;
import dev.danta.check.history.RegisterCodec;
import dev.danta.check.model.RegisterModel;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class CheckCommandTest {
    private static final String HONEST = """
            {"process":0,"type":"invoke","f":"write","value":"1"}
            {"process":0,"type":"ok","f":"write","value":"1"}
            {"process":1,"type":"invoke","f":"read","value":null}
            {"process":1,"type":"ok","f":"read","value":"1"}
            """;

    /** The second write was acknowledged before the read began, and the read does not know of it. */
    private static final String STALE = """
            {"process":0,"type":"invoke","f":"write","value":"1"}
            {"process":0,"type":"ok","f":"write","value":"1"}
            {"process":0,"type":"invoke","f":"write","value":"2"}
            {"process":0,"type":"ok","f":"write","value":"2"}
            {"process":1,"type":"invoke","f":"read","value":null}
            {"process":1,"type":"ok","f":"read","value":"1"}
            """;

    private static final String UNANSWERED = """
            {"process":0,"type":"invoke","f":"write","value":"1"}
            """;

    @TempDir
    Path folder;

    @Test
    void anHonestHistoryIsValid() throws IOException {
        Danta danta = Danta.run("check", "--model", "register", file("honest.jsonl", HONEST));

        assertThat(danta.exitCode()).isZero();
        assertThat(danta.out()).startsWith("VALID").contains("honest.jsonl").contains("2 ops");
    }

    @Test
    void aStaleReadIsNotValidAndIsNamed() throws IOException {
        Danta danta = Danta.run("check", "--model", "cas-register", file("stale.jsonl", STALE));

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out()).startsWith("INVALID").containsOnlyOnce("at line 6");
    }

    /** Two who each miss what the other appended: no order of them explains that, but each read from one instant. */
    private static final String SKEWED = """
            {"process":0,"type":"invoke","f":"txn","value":[["r","x",null],["append","y",1]]}
            {"process":1,"type":"invoke","f":"txn","value":[["r","y",null],["append","x",1]]}
            {"process":0,"type":"ok","f":"txn","value":[["r","x",[]],["append","y",1]]}
            {"process":1,"type":"ok","f":"txn","value":[["r","y",null],["append","x",1]]}
            """;

    @Test
    void transactionsAreJudgedByTheLevelThatIsDemanded() throws IOException {
        String skewed = file("skewed.jsonl", SKEWED);
        Path json = folder.resolve("verdicts.json");
        Danta strict = Danta.run("check", "--model", "list-append", "--json", json.toString(), skewed);
        Danta weaker = Danta.run("check", "--model", "list-append", "--consistency", "snapshot-isolation", skewed);

        assertThat(strict.exitCode()).isEqualTo(1);
        assertThat(strict.out()).startsWith("INVALID").contains("G2-item: T1 read x without 1, which T2 appended");
        JsonNode anomaly = new ObjectMapper().readTree(json.toFile()).at("/files/0/anomalies/0");
        assertThat(anomaly.path("kind").asText()).isEqualTo("G2-item");
        assertThat(anomaly.path("lines")).hasSize(2);
        assertThat(weaker.exitCode()).isZero();
    }

    /** What others leave open is said, in EDN as they write it. */
    @Test
    void whatAReadOfNothingSaysIsAnOption() throws IOException {
        String history = file("nil.edn", """
                {:type :invoke, :process 0, :f :write, :value 1}
                {:type :ok, :process 0, :f :write, :value 1}
                {:type :invoke, :process 1, :f :read, :value nil}
                {:type :ok, :process 1, :f :read, :value nil}
                """);

        assertThat(Danta.run("check", "--model", "register", history).exitCode())
                .isEqualTo(1);
        assertThat(Danta.run("check", "--model", "register", "--nil-read", "wildcard", history)
                        .exitCode())
                .isZero();
        assertThat(Danta.run("check", "--model", "register", "--nil-read", "perhaps", history)
                        .err())
                .contains("absent, wildcard");
    }

    @Test
    void severalRegistersBeginWithTheirValues() throws IOException {
        String history = file("registers.edn", """
                [0 :invoke :txn [[:write x 1] [:read y nil]]]
                [0 :ok :txn [[:write x 1] [:read y 0]]]
                """);

        assertThat(Danta.run("check", "--model", "multi-register", "--init", "x=0,y=0", history)
                        .exitCode())
                .isZero();
        assertThat(Danta.run("check", "--model", "multi-register", history).exitCode())
                .isEqualTo(1);
        assertThat(Danta.run("check", "--model", "multi-register", "--init", "zero", history)
                        .err())
                .contains("NAME=V");
    }

    @Test
    void aLockIsTakenOnce() throws IOException {
        String history = file("mutex.edn", """
                [0 :invoke :acquire nil]
                [0 :ok :acquire nil]
                [1 :invoke :acquire nil]
                [1 :ok :acquire nil]
                """);

        Danta danta = Danta.run("check", "--model", "mutex", history);

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out()).contains("acquired while it was taken");
    }

    @Test
    void aLevelThatDoesNotExistIsAnErrorThatNamesAll() throws IOException {
        Danta danta =
                Danta.run("check", "--model", "list-append", "--consistency", "hopeful", file("skewed.jsonl", SKEWED));

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).contains("hopeful").contains("strict-serializable");
    }

    @Test
    void anUnreadableHistoryIsAnErrorThatNamesTheLine() throws IOException {
        Danta danta = Danta.run("check", "--model", "register", file("broken.jsonl", HONEST + "{\"process\":7}\n"));

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).contains("broken.jsonl").contains("line 5");
        assertThat(danta.err().lines()).hasSize(1);
    }

    @Test
    void aMissingFileIsAnErrorThatNamesIt() {
        Danta danta = Danta.run(
                "check", "--model", "register", folder.resolve("none.jsonl").toString());

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).contains("none.jsonl").contains("no such file");
        assertThat(danta.err().lines()).hasSize(1);
    }

    @Test
    void aHistoryWithoutAnyAnswerIsUndecided() throws IOException {
        Danta danta = Danta.run("check", "--model", "register", file("open.jsonl", UNANSWERED));

        assertThat(danta.exitCode()).isEqualTo(3);
        assertThat(danta.out()).startsWith("UNKNOWN").contains("vacuous");
    }

    @Test
    void anOverlongHistoryIsUndecidedAndNeverValid() throws IOException {
        Path file = folder.resolve("overlong.jsonl");
        HistoryWriter.write(file, HistoryHeader.of("register"), new RegisterCodec(), overlong());

        Danta danta = Danta.run("check", "--engine", "jit", "--max-memory", "64k", "--timeout", "20s", file.toString());

        assertThat(danta.exitCode()).isEqualTo(3);
        assertThat(danta.out())
                .startsWith("UNKNOWN")
                .contains("memory")
                .contains("configurations visited")
                .contains("engine jit");
    }

    /** So many writes at once that finding the order for a read that fits none of them takes for ever. */
    private static History<RegisterModel.Input, RegisterModel.Output> overlong() {
        List<Operation<RegisterModel.Input, RegisterModel.Output>> operations = new ArrayList<>();
        int writers = 60;
        for (int i = 0; i < writers; i++) {
            operations.add(Operation.known(
                    i, new RegisterModel.Input.Write("v" + i), new RegisterModel.Output.Written(), i, 1_000));
            operations.add(Operation.known(
                    writers + i,
                    new RegisterModel.Input.Read(),
                    new RegisterModel.Output.Value("v" + (writers - 1 - i)),
                    2_000 + 10L * i,
                    2_005 + 10L * i));
        }
        return History.of(operations);
    }

    @Test
    void aVerdictFitsOnALineHoweverLongTheValuesAre() throws IOException {
        String history = file("long.jsonl", STALE.replace("\"1\"", '"' + "1".repeat(1_000) + '"'));
        Path json = folder.resolve("verdict.json");
        Danta danta = Danta.run("check", "--model", "register", "--json", json.toString(), history);
        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out())
                .hasSizeLessThan(history.length() + 600)
                .contains("... (all of it: danta check explain)");
        assertThat(Files.readString(json)).contains("while the value was 2");
    }

    @Test
    void theEngineIsAnOptionAndSaidAndNotEveryOneJudgesEverything() throws IOException {
        String stale = file("stale.jsonl", STALE);
        String twice = file("twice.jsonl", HONEST + HONEST);

        for (String engine : List.of("jit", "wgl", "zones")) {
            assertThat(Danta.run("check", "--model", "register", "--engine", engine, stale)
                            .out())
                    .startsWith("INVALID")
                    .contains("at line 6")
                    .contains("engine " + engine);
        }
        assertThat(Danta.run("check", "--model", "register", stale).out()).contains("engine zones");
        assertThat(Danta.run("check", "--model", "register", twice).out()).contains("engine jit");
        Danta refused = Danta.run("check", "--model", "register", "--engine", "zones", twice);
        assertThat(refused.exitCode()).isEqualTo(3);
        assertThat(refused.out()).contains("unsupported").contains("at line 6 writes what another operation writes");
        assertThat(Danta.run("check", "--model", "register", "--engine", "magic", stale)
                        .err())
                .contains("auto, jit, zones, queues, wgl");
    }

    @Test
    void ofSeveralFilesTheWorstVerdictDecides() throws IOException {
        Path json = folder.resolve("verdicts.json");
        Danta danta = Danta.run(
                "check",
                "--model",
                "register",
                "--json",
                json.toString(),
                file("open.jsonl", UNANSWERED),
                file("stale.jsonl", STALE),
                file("honest.jsonl", HONEST));

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out().lines()).hasSize(3);
        JsonNode report = new ObjectMapper().readTree(Files.readString(json));
        assertThat(report.get("exitCode").asInt()).isEqualTo(1);
        assertThat(report.get("files").findValuesAsText("verdict")).containsExactly("UNKNOWN", "INVALID", "VALID");
        assertThat(report.get("files").get(1).get("failures").get(0).get("line").asInt())
                .isEqualTo(6);
    }

    @Test
    void theHeaderSaysWhichModelAndWhichBeginning() throws IOException {
        String sale = """
                {"header":{"format":1,"model":"bounded-counter","initial":"1"}}
                {"process":0,"type":"invoke","f":"spend","value":1}
                {"process":0,"type":"ok","f":"spend","value":1,"success":true}
                {"process":0,"type":"invoke","f":"spend","value":1}
                {"process":0,"type":"ok","f":"spend","value":1,"success":false}
                """;

        assertThat(Danta.run("check", file("sale.jsonl", sale)).exitCode()).isZero();
        assertThat(Danta.run("check", "--init", "2", file("sale.jsonl", sale)).exitCode())
                .isEqualTo(1);
    }

    @Test
    void aBankWhoseTotalChangesIsNotValid() throws IOException {
        String bank = """
                {"process":0,"type":"invoke","f":"read","value":null}
                {"process":0,"type":"ok","f":"read","value":{"a":40,"b":60}}
                """;

        assertThat(Danta.run("check", "--model", "bank", "--init", "100", file("bank.jsonl", bank))
                        .exitCode())
                .isZero();
        Danta danta = Danta.run("check", "--model", "bank", "--init", "101", file("bank.jsonl", bank));
        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out()).contains("a total of 100 instead of 101");
    }

    @Test
    void withoutHeaderAndModelNothingIsGuessed() throws IOException {
        Danta danta = Danta.run("check", file("honest.jsonl", HONEST));

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).contains("--model");
    }

    @Test
    void aViolationIsExplainedInASentenceWithItsWindow() throws IOException {
        Danta danta = Danta.run("check", "explain", "--model", "register", file("stale.jsonl", STALE));

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out())
                .contains("Read 1 at line 6 returned after write 2 (line 4) was acknowledged; possible then: 2.")
                .contains("Since the last quiet point, where there was 2:")
                .contains("> line 5 to 6")
                .contains("read 1 while the value was 2");
    }

    @Test
    void aViolationIsMadeSmallAndWrittenSoThatItCanBeJudgedAgain() throws IOException {
        String noise = """
                {"process":2,"type":"invoke","f":"write","value":"8"}
                {"process":2,"type":"ok","f":"write","value":"8"}
                {"process":2,"type":"invoke","f":"read","value":null}
                {"process":2,"type":"ok","f":"read","value":"8"}
                """;
        Path small = folder.resolve("small.jsonl");

        Danta danta = Danta.run(
                "check", "min", "--model", "register", "--out", small.toString(), file("noisy.jsonl", noise + STALE));

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out()).contains("3 of 5 operations are enough");
        assertThat(Files.readString(small)).doesNotContain("\"8\"");
        assertThat(Danta.run("check", small.toString()).exitCode()).isEqualTo(1);
        assertThat(Danta.run("check", "min", "--model", "register", file("honest.jsonl", HONEST))
                        .exitCode())
                .isZero();
    }

    @Test
    void whatIsGeneratedSaysItselfHowItIsJudged() {
        Path file = folder.resolve("generated.jsonl.gz");
        for (String fault : List.of("none", "stale", "lost", "phantom")) {
            Danta generated = Danta.run(
                    "check",
                    "generate",
                    "--model",
                    "set",
                    "--keys",
                    "3",
                    "--ops",
                    "90",
                    "--break",
                    fault,
                    "--out",
                    file.toString());

            assertThat(generated.exitCode()).isZero();
            assertThat(Danta.run("check", file.toString()).exitCode())
                    .as(fault)
                    .isEqualTo(fault.equals("none") ? 0 : 1);
        }
        assertThat(Danta.run("check", "generate", "--model", "set", "--ops", "0")
                        .exitCode())
                .isEqualTo(2);
    }

    @Test
    void verdictsAreWrittenForBuildServersAndAsAPage() throws IOException {
        Path junit = folder.resolve("junit.xml");
        Path page = folder.resolve("page.html");

        Danta danta = Danta.run(
                "check",
                "--model",
                "register",
                "--quiet",
                "--junit",
                junit.toString(),
                "--report",
                page.toString(),
                file("a<b.jsonl", STALE),
                file("honest.jsonl", HONEST),
                file("open.jsonl", UNANSWERED),
                file("broken.jsonl", "{\"process\":7}\n"));

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out()).doesNotContain("honest");
        assertThat(Files.readString(junit))
                .contains("tests=\"4\" failures=\"1\" errors=\"2\"")
                .contains("a&lt;b.jsonl");
        assertThat(Files.readString(page))
                .contains("1 of 4 not valid")
                .contains("a&lt;b.jsonl")
                .contains("3 operations are enough")
                .doesNotContain("http://")
                .doesNotContain("https://");
    }

    @Test
    void aFolderIsAllHistoriesInIt() throws IOException {
        file("honest.jsonl", HONEST);
        file("stale.jsonl", STALE);
        file("notes.txt", "no history");

        Danta danta = Danta.run("check", "--model", "register", folder.toString());

        assertThat(danta.exitCode()).isEqualTo(1);
        assertThat(danta.out().lines()).hasSize(2);
    }

    @Test
    void keysStandWhereTheOptionSays() throws IOException {
        String pairs = file("pairs.edn", """
                [0 :invoke :write [:x 1]]
                [0 :ok :write [:x 1]]
                [0 :invoke :write [:y 2]]
                [0 :ok :write [:y 2]]
                [0 :invoke :read [:x nil]]
                [0 :ok :read [:x 1]]
                """);
        String fields = file("fields.jsonl", """
                {"process":0,"type":"invoke","f":"write","key":"x","value":1}
                {"process":0,"type":"ok","f":"write","key":"x","value":1}
                """);

        assertThat(Danta.run("check", "--model", "register", "--key", "value0", pairs)
                        .exitCode())
                .isZero();
        assertThat(Danta.run("check", "--model", "register", pairs).err()).contains("--key value0");
        assertThat(Danta.run("check", "--model", "register", "--key", "field", fields)
                        .exitCode())
                .isZero();
        assertThat(Danta.run("check", "--model", "register", fields).err()).contains("--key field");
    }

    @Test
    void registersInTransactionsAreJudgedAtEveryLevel() throws IOException {
        String stale = file("registers.jsonl", """
                {"time":1,"process":0,"type":"invoke","f":"txn","value":[["w","x",1]]}
                {"time":2,"process":0,"type":"ok","f":"txn","value":[["w","x",1,1]]}
                {"time":3,"process":0,"type":"invoke","f":"txn","value":[["w","x",1]]}
                {"time":4,"process":0,"type":"ok","f":"txn","value":[["w","x",1,2]]}
                {"time":5,"process":0,"type":"invoke","f":"txn","value":[["r","x",null]]}
                {"time":6,"process":0,"type":"ok","f":"txn","value":[["r","x",1,1]]}
                """);
        Danta strict = Danta.run("check", "--model", "rw-register", stale);
        assertThat(strict.exitCode()).isEqualTo(1);
        assertThat(strict.out())
                .contains("G-single-item-realtime")
                .contains("T2 read x as 1, over which T1 wrote 1 (versions 1 and 2)");
        assertThat(Danta.run("check", "--model", "txn-register", "--consistency", "read-your-writes", stale)
                        .out())
                .contains("own-write-unread");
        assertThat(Danta.run("check", "--model", "txn-register", "--consistency", "serializable", stale)
                        .exitCode())
                .isZero();
    }

    @Test
    void whatMakesNoSenseInTransactionsForksConvergenceAndFeedsIsMalformed() throws IOException {
        String[][] faults = {
            {"txn-register", "txn", "[[\"w\",\"x\"]]", "a step is"},
            {"txn-register", "read", "[[\"r\",\"x\",null]]", "registers know txn, not read"},
            {"txn-register", "txn", "7", "\"value\" must be a list of steps"},
            {"long-fork", "scan", "[]", "long fork knows read, write and txn, not scan"},
            {"convergence", "write", "1", "\"key\" is missing"},
            {"feed", "put", "1", "\"key\" is missing"},
            {"feed", "scan", "1", "a table with a feed knows put and poll, not scan"}
        };
        for (String[] fault : faults) {
            String path = file(
                    "fault.jsonl",
                    "{\"time\":1,\"process\":0,\"type\":\"invoke\",\"f\":\"" + fault[1] + "\",\"value\":" + fault[2]
                            + "}\n");
            Danta run = Danta.run("check", "--model", fault[0], path);
            assertThat(run.exitCode()).as(fault[3]).isEqualTo(2);
            assertThat(run.out()).startsWith("MALFORMED").contains("line 1").contains(fault[3]);
        }
    }

    @Test
    void withoutFilesThereIsAnError() {
        assertThat(Danta.run("check").exitCode()).isEqualTo(2);
        assertThat(Danta.run("check", "models").out()).contains("fenced-mutex").contains("list-append");
    }

    @Test
    void aModelThatDoesNotExistIsAUsageError() throws IOException {
        Danta danta = Danta.run("check", "--model", "chess", file("honest.jsonl", HONEST));

        assertThat(danta.exitCode()).isEqualTo(2);
        assertThat(danta.err()).contains("'chess'").contains("bounded-counter");
    }

    private String file(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text).toString();
    }
}
