package dev.danta.testkit.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.danta.client.Codecs;
import dev.danta.client.DantaClient;
import dev.danta.client.Index;
import dev.danta.client.Key;
import dev.danta.client.KeyRange;
import dev.danta.client.Mode;
import dev.danta.client.Read;
import dev.danta.client.Session;
import dev.danta.client.Space;
import dev.danta.client.Table;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ClientId;
import dev.danta.ir.id.Timestamp;
import dev.danta.relaxed.LwwRegister;
import dev.danta.testkit.EmbeddedCluster;
import dev.danta.testkit.gateway.ReflectingCaller.Answer;
import dev.danta.testkit.gateway.ReflectingCaller.Refusal;
import dev.danta.txn.client.SessionMarks;
import io.grpc.Status.Code;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** {@code danta.v1} of a real cluster, used by a caller that knows only what the nodes tell of it, beside one in Java. */
@Timeout(120)
final class GatewayTest {
    private static EmbeddedCluster cluster;
    private static DantaClient client;
    private static ReflectingCaller first;
    private static ReflectingCaller second;

    /** Every test has a space of its own. */
    private String space = "";

    private Space mine;
    private Table<String> accounts;

    @BeforeAll
    static void start() throws Exception {
        cluster = EmbeddedCluster.builder().name("bank").shards(2).build();
        client = cluster.clientBuilder().deadline(Duration.ofSeconds(60)).build();
        first = ReflectingCaller.of(cluster.endpoints().get(0));
        second = ReflectingCaller.of(cluster.endpoints().get(1));
    }

    @AfterAll
    static void stop() {
        first.close();
        second.close();
        client.close();
        cluster.close();
    }

    @BeforeEach
    void open(TestInfo test) {
        space = test.getDisplayName();
        mine = client.space(space);
        accounts = mine.table("accounts", Codecs.STRING, Mode.STRICT);
    }

    private String accountsOf() {
        return "collection { space: '" + space + "' name: 'accounts' }";
    }

    private static String key(String name) {
        return "key { elements { text: '" + name + "' } }";
    }

    private String put(String name, String value) {
        return "writes { " + accountsOf() + " " + key(name) + " value: '" + value + "' }";
    }

    private String if_(String name, String value) {
        return "conditions { " + accountsOf() + " " + key(name) + " value: '" + value + "' }";
    }

    private static Refusal refusal(Runnable call) {
        return catchThrowableOfType(Refusal.class, call::run);
    }

    private String begin(ReflectingCaller caller, int leaseMillis) {
        return caller.call("Begin", "lease_millis: " + leaseMillis).text("transaction");
    }

    @Test
    void transfer() {
        Answer opened = first.call("Transact", put("ann", "100") + put("bob", "0"));
        assertThat(opened.text("applied")).isEqualTo("true");
        assertThat(opened.text("committed.timestamp")).isNotEmpty();
        Answer moved =
                second.call("Transact", if_("ann", "100") + if_("bob", "0") + put("ann", "90") + put("bob", "10"));
        assertThat(moved.text("applied")).isEqualTo("true");
        assertThat(mine.<List<String>, RuntimeException>read(tx -> List.of(
                        tx.get(accounts, Key.of("ann")).orElseThrow(),
                        tx.get(accounts, Key.of("bob")).orElseThrow())))
                .containsExactly("90", "10");
    }

    @Test
    void aConditionThatDoesNotHold() {
        Answer opened = first.call("Transact", put("ann", "100"));
        assertThat(opened.text("applied")).isEqualTo("true");
        Answer moved =
                second.call("Transact", if_("ann", "100") + if_("bob", "7") + if_("ann", "99") + put("ann", "1"));
        assertThat(moved.text("applied")).isEqualTo("false");
        assertThat(moved.count("failed")).isEqualTo(2);
        assertThat(moved.text("failed[0].condition")).isEqualTo("1");
        assertThat(moved.text("failed[1].condition")).isEqualTo("2");
        assertThat(moved.text("failed[1].value")).isEqualTo("100");
        assertThat(accounts.get(Key.of("ann"), Read.STRICT)).contains("100");
    }

    @Test
    void aTransactionWithAKeyTakesEffectOnceWhicheverNodeItIsSentTo() {
        String spend = put("ann", "90") + if_("ann", "100") + " idempotency_key: 'order-1'";
        Answer early = first.call("Transact", spend);
        assertThat(early.text("applied")).isEqualTo("false");
        first.call("Transact", put("ann", "100"));
        Answer done = first.call("Transact", spend);
        assertThat(done.text("applied") + done.text("repeated")).isEqualTo("truefalse");
        assertThat(done.text("committed.timestamp")).isNotEmpty();
        first.call("Transact", put("ann", "100"));
        Answer again = second.call("Transact", spend);
        assertThat(again.text("applied") + again.text("repeated")).isEqualTo("truetrue");
        assertThat(accounts.get(Key.of("ann"), Read.STRICT)).contains("100");
        Refusal other = refusal(() -> second.call("Transact", put("ann", "1") + " idempotency_key: 'order-1'"));
        assertThat(other.code).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(other.field("kind")).isEqualTo("IDEMPOTENCY_MISMATCH");
        assertThat(other.field("effect")).isEqualTo("EFFECT_NOT_APPLIED");
    }

    @Test
    void ofTwoTransactionsThatReadAndWriteTheSameOneCommits() {
        first.call("Transact", put("ann", "100"));
        String one = begin(first, 0);
        String other = begin(second, 0);
        String read = accountsOf() + " keys { elements { text: 'ann' } } transaction: ";
        assertThat(first.call("Get", read + "'" + one + "'").text("found[0].value"))
                .isEqualTo("100");
        assertThat(second.call("Get", read + "'" + other + "'").text("found[0].value"))
                .isEqualTo("100");
        first.call("Write", "transaction: '" + one + "' " + put("ann", "90"));
        second.call("Write", "transaction: '" + other + "' " + put("ann", "80"));
        assertThat(first.call("Commit", "transaction: '" + one + "'").text("committed.attempts"))
                .isEqualTo("1");
        Refusal lost = refusal(() -> second.call("Commit", "transaction: '" + other + "'"));
        assertThat(lost.code).isEqualTo(Code.ABORTED);
        assertThat(lost.field("kind")).isEqualTo("CONFLICT");
        assertThat(lost.field("effect")).isEqualTo("EFFECT_NOT_APPLIED");
        assertThat(lost.field("attempts")).isEqualTo("1");
        assertThat(accounts.get(Key.of("ann"), Read.STRICT)).contains("90");
        assertThat(refusal(() -> second.call("Commit", "transaction: '" + other + "'"))
                        .getMessage())
                .isEqualTo(lost.getMessage());
    }

    @Test
    void aTransactionReadsItsOwnWritesAndIsCommittedOnceHoweverOftenItIsAsked() {
        String name = begin(first, 0);
        first.call("Write", "transaction: '" + name + "' " + put("ann", "5") + put("bob", "6"));
        Answer page = first.call("Scan", accountsOf() + " transaction: '" + name + "'");
        assertThat(page.count("entries")).isEqualTo(2);
        Answer committed = first.call("Commit", "transaction: '" + name + "'");
        assertThat(first.call("Commit", "transaction: '" + name + "'")).isEqualTo(committed);
        String handle = committed.text("committed.timestamp");
        assertThat(second.call("Outcome", "handle: '" + handle + "'").text("effect"))
                .isEqualTo("EFFECT_APPLIED");
        Refusal over = refusal(() -> first.call("KeepAlive", "transaction: '" + name + "'"));
        assertThat(over.code).isEqualTo(Code.NOT_FOUND);
        assertThat(over.field("message")).isEqualTo("the transaction has ended: it was committed");
    }

    @Test
    void aTransactionWhoseCallerVanishesIsAbortedWhenItsLeaseEnds() throws Exception {
        first.call("Transact", put("ann", "100"));
        String name;
        try (ReflectingCaller vanishing =
                ReflectingCaller.of(cluster.endpoints().get(0))) {
            name = begin(vanishing, 300);
            vanishing.call("Get", accountsOf() + " keys { elements { text: 'ann' } } transaction: '" + name + "'");
            vanishing.call("Write", "transaction: '" + name + "' " + put("ann", "1"));
        }
        // Nobody names it for longer than that, and it is in nobody's way.
        assertThat(second.call("Transact", if_("ann", "100") + put("ann", "99")).text("applied"))
                .isEqualTo("true");
        await().pollDelay(Duration.ofMillis(600)).until(() -> true);
        Refusal over = refusal(() -> first.call("Commit", "transaction: '" + name + "'"));
        assertThat(over.code).isEqualTo(Code.NOT_FOUND);
        assertThat(over.field("kind")).isEqualTo("TRANSACTION_ENDED");
        assertThat(over.field("effect")).isEqualTo("EFFECT_NOT_APPLIED");
        assertThat(over.field("message")).isEqualTo("the transaction has ended: its lease of 300 ms was over");
        assertThat(accounts.get(Key.of("ann"), Read.STRICT)).contains("99");
    }

    @Test
    void aRolledBackTransactionHasNoEffect() {
        String name = begin(first, 0);
        first.call("Write", "transaction: '" + name + "' " + put("ann", "5"));
        first.call("Rollback", "transaction: '" + name + "'");
        first.call("Rollback", "transaction: '" + name + "'");
        assertThat(refusal(() -> first.call("Commit", "transaction: '" + name + "'"))
                        .field("message"))
                .isEqualTo("the transaction has ended: it was rolled back");
        assertThat(accounts.get(Key.of("ann"), Read.STRICT)).isEmpty();
    }

    @Test
    void aTransactionLivesOnTheNodeThatBeganIt() {
        String name = begin(first, 0);
        Refusal elsewhere = refusal(() -> second.call("KeepAlive", "transaction: '" + name + "'"));
        assertThat(elsewhere.field("kind")).isEqualTo("WRONG_NODE");
        assertThat(elsewhere.field("message")).isEqualTo("the transaction lives on node 1, this is node 2");
        Refusal invented = refusal(() -> first.call("Commit", "transaction: '1-abc'"));
        assertThat(invented.field("kind")).isEqualTo("TRANSACTION_ENDED");
        assertThat(invented.field("effect")).isEqualTo("EFFECT_UNKNOWN");
    }

    @Test
    void scansGoPageByPageInBothDirections() {
        mine.execute(tx -> {
            for (int i = 0; i < 25; i++) {
                tx.put(accounts, Key.of("eu", i), "v" + i);
            }
            tx.put(accounts, Key.of("us", 1), "other");
        });
        assertThat(scanned("")).hasSize(25).startsWith("v0").endsWith("v24");
        assertThat(scanned(" reverse: true")).hasSize(25).startsWith("v24").endsWith("v0");
        String middle = " from { elements { text: 'eu' } elements { integer: 3 } }"
                + " before { elements { text: 'eu' } elements { integer: 6 } }";
        assertThat(scanned(middle)).containsExactly("v3", "v4", "v5");
        assertThat(first.call("Scan", accountsOf()).count("entries")).isEqualTo(26);
    }

    /** Seven at a time. */
    private List<String> scanned(String more) {
        List<String> values = new ArrayList<>();
        String after = "";
        while (true) {
            Answer page =
                    first.call("Scan", accountsOf() + " prefix { elements { text: 'eu' } } limit: 7" + more + after);
            int count = page.count("entries");
            for (int i = 0; i < count; i++) {
                values.add(page.text("entries[" + i + "].value"));
            }
            if (count < 7) {
                return values;
            }
            String last = page.text("entries[" + (count - 1) + "].key.elements[1].integer");
            after = " after { elements { text: 'eu' } elements { integer: " + last + " } }";
        }
    }

    @Test
    void aPageEndsBeforeAnAnswerGetsTooLongForUsualCallers() {
        String large = "x".repeat(300_000);
        mine.execute(tx -> {
            for (int i = 0; i < 7; i++) {
                tx.put(accounts, Key.of("eu", i), large);
            }
        });
        Answer page = first.call("Scan", accountsOf());
        assertThat(page.count("entries")).isEqualTo(4);
        assertThat(page.text("more")).isEqualTo("true");
    }

    @Test
    void severalValuesAreReadAsOfOneMoment() {
        first.call("Transact", put("ann", "1") + put("bob", "2"));
        Answer both = second.call(
                "Get",
                accountsOf() + " keys { elements { text: 'bob' } } keys { elements { text: 'cid' } }"
                        + " keys { elements { text: 'ann' } }");
        assertThat(both.text("found[0].value")).isEqualTo("2");
        assertThat(both.text("found[1]")).isEmpty();
        assertThat(both.text("found[2].value")).isEqualTo("1");
    }

    @Test
    void relaxedValuesAndCounters() {
        String catalog = "collection { space: '" + space + "' name: 'catalog' } " + key("sku");
        first.call("Put", catalog + " value: 'book'");
        String read = "collection { space: '" + space + "' name: 'catalog' } keys { elements { text: 'sku' } } level: ";
        assertThat(second.call("Get", read + "LEVEL_QUORUM").text("found[0].value"))
                .isEqualTo("book");
        first.call("Put", catalog);
        assertThat(second.call("Get", read + "LEVEL_QUORUM").text("found[0]")).isEmpty();
        String views = "collection { space: '" + space + "' name: 'views' } " + key("sku");
        first.call("Add", views + " amount: 5");
        second.call("Add", views + " amount: -2");
        assertThat(first.call("Sum", views).text("value")).isEqualTo("3");
    }

    /** Begun here, gone on with there, and in Java. */
    @Test
    void aSessionGoesOnAtAnotherNodeAndInAnotherLanguage() {
        String catalog = "collection { space: '" + space + "' name: 'catalog' } ";
        String views = "collection { space: '" + space + "' name: 'views' } " + key("sku");
        String begun = first.call("Put", catalog + key("sku") + " value: 'book' session: ''")
                .text("session");
        assertThat(begun).hasSizeGreaterThan(client.session().token().length());
        Answer read = second.call("Get", catalog + "keys { elements { text: 'sku' } } session: '" + begun + "'");
        assertThat(read.text("found[0].value")).isEqualTo("book");
        String added = second.call("Add", views + " amount: 5 session: '" + read.text("session") + "'")
                .text("session");
        assertThat(added).hasSizeGreaterThan(read.text("session").length());
        Answer sum = first.call("Sum", views + " level: LEVEL_SESSION session: '" + added + "'");
        assertThat(sum.text("value")).isEqualTo("5");
        String back;
        try (Session session = client.session(sum.text("session"))) {
            Table<String> table =
                    mine.table("catalog", Codecs.STRING, Mode.RELAXED).in(session);
            assertThat(table.get(Key.of("sku"), Read.SESSION)).contains("book");
            assertThat(mine.counter("views").in(session).get(Key.of("sku"))).isEqualTo(5);
            table.put(Key.of("sku"), "paperback");
            back = session.token();
        }
        assertThat(second.call("Get", catalog + "keys { elements { text: 'sku' } } session: '" + back + "'")
                        .text("found[0].value"))
                .isEqualTo("paperback");
        Refusal broken = refusal(() -> second.call("Sum", views + " session: '" + back.substring(1) + "'"));
        assertThat(broken.field("kind")).isEqualTo("INVALID_REQUEST");
        assertThat(broken.field("message")).startsWith("not a session's token");
    }

    /** Rather than that it goes back without a word. */
    @Test
    void aSessionThatHasSeenWhatNoNodeHasIsOver() {
        String catalog = "collection { space: '" + space + "' name: 'catalog' } ";
        first.call("Put", catalog + key("sku") + " value: 'book'");
        SessionMarks marks = new SessionMarks(identity(), SessionMarks.BYTES_MAX);
        ByteArrayOutputStream name = new ByteArrayOutputStream();
        for (String part : List.of(space, "catalog", "sku")) {
            // As KeyLayout has it.
            name.write(2);
            name.writeBytes(part.getBytes(StandardCharsets.UTF_8));
            name.write(0);
        }
        Timestamp lost = new Timestamp(System.currentTimeMillis() * 1000, new ClientId(7, 7));
        marks.wrote(
                new dev.danta.occ.Key(Bytes.wrap(name.toByteArray())),
                new LwwRegister(lost, Bytes.utf8("a later one")));
        String session = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(marks.token().toArray());
        String read = catalog + "keys { elements { text: 'sku' } } session: '" + session + "'";
        Refusal over = refusal(() -> second.call("Get", read));
        assertThat(over.field("kind")).isEqualTo("REFUSED");
        assertThat(over.field("message")).contains("no node has what its session has seen any more: begin a new one");
    }

    /** Which cluster a session's tokens are of: it stands in each. */
    private static String identity() {
        ByteBuffer token =
                ByteBuffer.wrap(Base64.getUrlDecoder().decode(client.session().token()));
        byte[] identity = new byte[token.position(1).getShort()];
        token.get(identity);
        return new String(identity, StandardCharsets.UTF_8);
    }

    /** What stands in an index, no node knows. */
    @Test
    void aTableWithAnIndexIsReadAndNotWritten() {
        Index<String> byValue = accounts.index("by-value", Key::of);
        mine.execute(tx -> tx.put(accounts, Key.of("ann"), "100"));
        String open = begin(first, 0);
        for (Runnable write : List.<Runnable>of(
                () -> first.call("Transact", put("ann", "1")),
                () -> first.call("Transact", if_("ann", "100") + "writes { " + accountsOf() + " " + key("ann") + " }"),
                () -> first.call("Write", "transaction: '" + open + "' " + put("ann", "1")))) {
            Refusal refused = refusal(write);
            assertThat(refused.code).isEqualTo(Code.FAILED_PRECONDITION);
            assertThat(refused.field("kind")).isEqualTo("INDEX_NOT_KEPT");
            assertThat(refused.field("effect")).isEqualTo("EFFECT_NOT_APPLIED");
            assertThat(refused.field("message"))
                    .isEqualTo(
                            "the table has the index accounts#by-value, which only clients in Java keep: write it from"
                                    + " there");
        }
        assertThat(first.call("Get", accountsOf() + " keys { elements { text: 'ann' } }")
                        .text("found[0].value"))
                .isEqualTo("100");
        assertThat(byValue.scan(KeyRange.prefix("100"))).hasSize(1);
    }

    @Test
    void otherUsesOfACollectionAreRefused() {
        first.call("Transact", put("ann", "1"));
        Refusal mixed = refusal(() -> first.call("Put", accountsOf() + " " + key("ann") + " value: '2'"));
        assertThat(mixed.code).isEqualTo(Code.FAILED_PRECONDITION);
        assertThat(mixed.field("kind")).isEqualTo("MODE_MISMATCH");
        assertThat(mixed.field("effect")).isEqualTo("EFFECT_NOT_APPLIED");
        Refusal empty = refusal(() -> first.call("Transact", ""));
        assertThat(empty.field("kind")).isEqualTo("INVALID_REQUEST");
        Refusal longKey = refusal(() -> first.call("Transact", put("x".repeat(600), "1")));
        assertThat(longKey.field("kind")).isEqualTo("TOO_LARGE");
        Refusal wrong = refusal(() -> first.callIn("shop", "Outcome", "handle: '1'"));
        assertThat(wrong.field("kind")).isEqualTo("WRONG_CLUSTER");
        Refusal noHandle = refusal(() -> first.call("Outcome", "handle: 'nonsense'"));
        assertThat(noHandle.field("kind")).isEqualTo("INVALID_REQUEST");
    }

    @Test
    void incrementsThroughSeveralNodesAreAllThere() throws Exception {
        first.call("Transact", put("ann", "0"));
        ExecutorService callers = Executors.newFixedThreadPool(4);
        try {
            List<Future<?>> all = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                ReflectingCaller caller = t % 2 == 0 ? first : second;
                all.add(callers.submit(() -> {
                    for (int i = 0; i < 5; i++) {
                        increment(caller);
                    }
                }));
            }
            for (Future<?> one : all) {
                one.get();
            }
        } finally {
            callers.shutdownNow();
        }
        assertThat(accounts.get(Key.of("ann"), Read.STRICT)).contains("20");
    }

    private void increment(ReflectingCaller caller) {
        while (true) {
            String value = caller.call("Get", accountsOf() + " keys { elements { text: 'ann' } }")
                    .text("found[0].value");
            String next = String.valueOf(Integer.parseInt(value) + 1);
            if (caller.call("Transact", if_("ann", value) + put("ann", next))
                    .text("applied")
                    .equals("true")) {
                return;
            }
        }
    }
}
