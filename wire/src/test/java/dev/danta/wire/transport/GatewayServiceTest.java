package dev.danta.wire.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import dev.danta.ir.id.Bytes;
import dev.danta.ir.id.ReplicaId;
import dev.danta.wire.HostAndPort;
import dev.danta.wire.Member;
import dev.danta.wire.Topology;
import dev.danta.wire.admin.AdminDesk;
import dev.danta.wire.gateway.GatewayReply;
import dev.danta.wire.gateway.GatewayReply.Refused;
import dev.danta.wire.gateway.GatewayRequest;
import dev.danta.wire.gateway.GatewayRequest.Level;
import dev.danta.wire.gateway.GatewayRequest.Place;
import dev.danta.wire.gateway.GatewayRequest.Reader;
import dev.danta.wire.gateway.GatewayRequest.SessionToken;
import dev.danta.wire.gateway.Tuple;
import dev.danta.wire.proto.DantaGrpc;
import dev.danta.wire.proto.DantaV1;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.protobuf.StatusProto;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The public service over a real connection, before a desk that answers by rote. */
@Timeout(120)
final class GatewayServiceTest {
    private static final Place ACCOUNTS = new Place("bank", "accounts");
    private static final DantaV1.Collection WIRE_ACCOUNTS =
            DantaV1.Collection.newBuilder().setSpace("bank").setName("accounts").build();
    private static final Tuple ANN = new Tuple(List.of("ann"));
    private static final DantaV1.Key WIRE_ANN =
            key(DantaV1.Key.Element.newBuilder().setText("ann"));
    private static final ByteString TEN = ByteString.copyFromUtf8("10");

    private final ScriptedDesk desk = new ScriptedDesk();
    private final TestNode node = TestNode.withGateway(3, desk);
    private final ManagedChannel channel = NettyChannelBuilder.forAddress(
                    node.address().host(), node.address().port())
            .usePlaintext()
            .build();
    private final DantaGrpc.DantaBlockingStub danta = DantaGrpc.newBlockingStub(channel);

    @AfterEach
    void stop() {
        channel.shutdownNow();
        node.close();
    }

    private static DantaV1.Key key(DantaV1.Key.Element.Builder... elements) {
        DantaV1.Key.Builder key = DantaV1.Key.newBuilder();
        List.of(elements).forEach(key::addElements);
        return key.build();
    }

    private static Bytes bytes(String text) {
        return Bytes.utf8(text);
    }

    private DantaV1.ErrorDetail refusal(Status.Code code, Runnable call) {
        StatusRuntimeException thrown = catchThrowableOfType(StatusRuntimeException.class, call::run);
        assertThat(thrown.getStatus().getCode()).isEqualTo(code);
        com.google.rpc.Status status = StatusProto.fromThrowable(thrown);
        try {
            DantaV1.ErrorDetail detail = status.getDetails(0).unpack(DantaV1.ErrorDetail.class);
            assertThat(thrown.getStatus().getDescription()).isEqualTo(detail.getMessage());
            return detail;
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void a_one_shot_transaction_goes_to_the_desk_and_its_answer_back() {
        desk.say(new GatewayReply.Applied(new GatewayReply.Commit("7.c", 2, GatewayReply.Commit.Path.SLOW)));
        DantaV1.TransactReply reply = danta.transact(DantaV1.TransactRequest.newBuilder()
                .addConditions(DantaV1.Condition.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .setKey(WIRE_ANN)
                        .setValue(TEN))
                .addConditions(DantaV1.Condition.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .setKey(WIRE_ANN)
                        .setPresent(false))
                .addWrites(DantaV1.Write.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .setKey(WIRE_ANN)
                        .setValue(ByteString.EMPTY))
                .addWrites(
                        DantaV1.Write.newBuilder().setCollection(WIRE_ACCOUNTS).setKey(WIRE_ANN))
                .build());
        assertThat(desk.asked)
                .containsExactly(new GatewayRequest.Transact(
                        List.of(
                                new GatewayRequest.Condition(ACCOUNTS, ANN, bytes("10"), true),
                                new GatewayRequest.Condition(ACCOUNTS, ANN, null, false)),
                        List.of(
                                new GatewayRequest.Write(ACCOUNTS, ANN, bytes("")),
                                new GatewayRequest.Write(ACCOUNTS, ANN, null)),
                        "",
                        Bytes.EMPTY));
        assertThat(reply.getApplied()).isTrue();
        assertThat(reply.getCommitted().getTimestamp()).isEqualTo("7.c");
        assertThat(reply.getCommitted().getAttempts()).isEqualTo(2);
        assertThat(reply.getCommitted().getPath()).isEqualTo(DantaV1.Committed.Path.SLOW);
    }

    @Test
    void an_idempotency_key_is_kept_apart_from_what_is_asked_for_under_it() {
        desk.say(new GatewayReply.Applied(null));
        DantaV1.TransactRequest.Builder request = DantaV1.TransactRequest.newBuilder()
                .addWrites(
                        DantaV1.Write.newBuilder().setCollection(WIRE_ACCOUNTS).setKey(WIRE_ANN));
        DantaV1.TransactReply reply =
                danta.transact(request.clone().setIdempotencyKey("one").build());
        DantaV1.TransactReply again =
                danta.transact(request.clone().setIdempotencyKey("two").build());
        DantaV1.TransactReply other = danta.transact(request.clone()
                .addWrites(request.getWrites(0))
                .setIdempotencyKey("one")
                .build());
        assertThat(List.of(reply, again, other))
                .containsOnly(DantaV1.TransactReply.newBuilder()
                        .setApplied(true)
                        .setRepeated(true)
                        .build());
        assertThat(desk.asked.stream()
                        .map(GatewayRequest.Transact.class::cast)
                        .map(GatewayRequest.Transact::idempotencyKey))
                .containsExactly("one", "two", "one");
        List<Bytes> contents = desk.asked.stream()
                .map(GatewayRequest.Transact.class::cast)
                .map(GatewayRequest.Transact::content)
                .toList();
        assertThat(contents.get(1)).isEqualTo(contents.get(0));
        assertThat(contents.get(2)).isNotEqualTo(contents.get(0));
    }

    @Test
    void conditions_that_did_not_hold_are_an_answer_with_what_is_there() {
        desk.say(new GatewayReply.NotApplied(
                List.of(new GatewayReply.Failed(0, bytes("9")), new GatewayReply.Failed(2, null))));
        DantaV1.TransactReply reply = danta.transact(DantaV1.TransactRequest.getDefaultInstance());
        assertThat(reply.getApplied()).isFalse();
        assertThat(reply.getFailed(0).getCondition()).isZero();
        assertThat(reply.getFailed(0).getValue().toStringUtf8()).isEqualTo("9");
        assertThat(reply.getFailed(1).getCondition()).isEqualTo(2);
        assertThat(reply.getFailed(1).hasValue()).isFalse();
    }

    @Test
    void keys_are_tuples_of_everything_and_come_back_as_they_were() {
        UUID uuid = new UUID(-1, 2);
        Tuple key = new Tuple(List.of(
                "text",
                -5L,
                bytes("raw"),
                true,
                uuid,
                Instant.ofEpochSecond(-7, 999_999_999),
                new Tuple(List.of("within", 1L))));
        desk.say(new GatewayReply.Page(List.of(new GatewayReply.Entry(key, bytes("v"))), true));
        DantaV1.ScanReply page = danta.scan(DantaV1.ScanRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setPrefix(WIRE_ANN)
                .setReverse(true)
                .setLimit(3)
                .build());
        assertThat(page.getMore()).isTrue();
        assertThat(page.getEntries(0).getValue().toStringUtf8()).isEqualTo("v");
        DantaV1.ScanReply unused = danta.scan(DantaV1.ScanRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setFrom(page.getEntries(0).getKey())
                .setBefore(WIRE_ANN)
                .setAfter(page.getEntries(0).getKey())
                .setTransaction("t")
                .build());
        assertThat(desk.asked)
                .containsExactly(
                        new GatewayRequest.Scan(ACCOUNTS, ANN, null, null, true, null, 3, ""),
                        new GatewayRequest.Scan(ACCOUNTS, null, key, ANN, false, key, 0, "t"));
    }

    @Test
    void reads_say_for_each_key_what_is_there() {
        desk.say(new GatewayReply.Got(List.of(new GatewayReply.Found(bytes("1")), new GatewayReply.Found(null)), ""));
        DantaV1.GetRequest.Builder request =
                DantaV1.GetRequest.newBuilder().setCollection(WIRE_ACCOUNTS).addKeys(WIRE_ANN);
        DantaV1.GetReply reply = danta.get(request.build());
        assertThat(reply.getFound(0).getValue().toStringUtf8()).isEqualTo("1");
        assertThat(reply.getFound(1).hasValue()).isFalse();
        assertThat(danta.get(request.clone().setLevel(DantaV1.Level.LEVEL_LOCAL).build())
                        .getFoundCount())
                .isEqualTo(2);
        assertThat(danta.get(request.clone().setTransaction("t").build()).getFoundCount())
                .isEqualTo(2);
        assertThat(desk.asked)
                .containsExactly(
                        new GatewayRequest.Get(ACCOUNTS, List.of(ANN), new Reader.Alone(Level.STRICT, null)),
                        new GatewayRequest.Get(ACCOUNTS, List.of(ANN), new Reader.Alone(Level.LOCAL, null)),
                        new GatewayRequest.Get(ACCOUNTS, List.of(ANN), new Reader.Within("t")));
    }

    @Test
    void an_interactive_transaction_is_named_in_each_of_its_calls() {
        desk.script = request -> CompletableFuture.completedFuture(
                request instanceof GatewayRequest.Begin
                        ? new GatewayReply.Begun("t", 800, 3)
                        : request instanceof GatewayRequest.Commit
                                ? new GatewayReply.Committed(
                                        new GatewayReply.Commit("8.c", 1, GatewayReply.Commit.Path.FAST))
                                : new GatewayReply.Done());
        DantaV1.BeginReply begun = danta.begin(
                DantaV1.BeginRequest.newBuilder().setLeaseMillis(800).build());
        assertThat(begun.getLeaseMillis()).isEqualTo(800);
        assertThat(begun.getNode()).isEqualTo(3);
        String name = begun.getTransaction();
        DantaV1.WriteReply written = danta.write(DantaV1.WriteRequest.newBuilder()
                .setTransaction(name)
                .addWrites(DantaV1.Write.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .setKey(WIRE_ANN)
                        .setValue(TEN))
                .build());
        DantaV1.KeepAliveReply kept = danta.keepAlive(
                DantaV1.KeepAliveRequest.newBuilder().setTransaction(name).build());
        DantaV1.CommitReply committed = danta.commit(
                DantaV1.CommitRequest.newBuilder().setTransaction(name).build());
        DantaV1.RollbackReply rolledBack = danta.rollback(
                DantaV1.RollbackRequest.newBuilder().setTransaction(name).build());
        assertThat(List.of(written, kept, rolledBack)).hasSize(3);
        assertThat(committed.getCommitted().getTimestamp()).isEqualTo("8.c");
        assertThat(desk.asked)
                .containsExactly(
                        new GatewayRequest.Begin(800),
                        new GatewayRequest.Buffer("t", List.of(new GatewayRequest.Write(ACCOUNTS, ANN, bytes("10")))),
                        new GatewayRequest.KeepAlive("t"),
                        new GatewayRequest.Commit("t"),
                        new GatewayRequest.Rollback("t"));
    }

    @Test
    void relaxed_operations_and_outcomes_go_to_the_desk() {
        desk.script = request -> CompletableFuture.completedFuture(
                request instanceof GatewayRequest.Sum
                        ? new GatewayReply.Summed(-4, "")
                        : request instanceof GatewayRequest.Outcome
                                ? new GatewayReply.Outcome(GatewayReply.Effect.APPLIED)
                                : new GatewayReply.Acknowledged(""));
        DantaV1.PutReply put = danta.put(DantaV1.PutRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setKey(WIRE_ANN)
                .build());
        DantaV1.AddReply added = danta.add(DantaV1.AddRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setKey(WIRE_ANN)
                .setAmount(-4)
                .build());
        assertThat(List.of(put, added)).hasSize(2);
        assertThat(danta.sum(DantaV1.SumRequest.newBuilder()
                                .setCollection(WIRE_ACCOUNTS)
                                .setKey(WIRE_ANN)
                                .build())
                        .getValue())
                .isEqualTo(-4);
        assertThat(danta.outcome(DantaV1.OutcomeRequest.newBuilder()
                                .setHandle("8.c/0")
                                .build())
                        .getEffect())
                .isEqualTo(DantaV1.Effect.EFFECT_APPLIED);
        assertThat(desk.asked)
                .containsExactly(
                        new GatewayRequest.Put(ACCOUNTS, ANN, null, null),
                        new GatewayRequest.Add(ACCOUNTS, ANN, -4, null),
                        new GatewayRequest.Sum(ACCOUNTS, ANN, Level.QUORUM, null),
                        new GatewayRequest.Outcome("8.c/0"));
    }

    @Test
    void a_session_goes_to_the_desk_and_comes_back_with_each_answer() {
        desk.script = request -> CompletableFuture.completedFuture(
                request instanceof GatewayRequest.Sum
                        ? new GatewayReply.Summed(3, "s3")
                        : request instanceof GatewayRequest.Get
                                ? new GatewayReply.Got(List.of(new GatewayReply.Found(null)), "s4")
                                : new GatewayReply.Acknowledged(request instanceof GatewayRequest.Put ? "s1" : "s2"));
        DantaV1.PutRequest put = DantaV1.PutRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setKey(WIRE_ANN)
                .setSession("")
                .build();
        DantaV1.AddRequest add = DantaV1.AddRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setKey(WIRE_ANN)
                .setSession("s1")
                .build();
        DantaV1.SumRequest.Builder sum = DantaV1.SumRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setKey(WIRE_ANN)
                .setSession("s2");
        DantaV1.GetRequest get = DantaV1.GetRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .addKeys(WIRE_ANN)
                .setLevel(DantaV1.Level.LEVEL_SESSION)
                .setSession("s3")
                .build();
        assertThat(danta.put(put).getSession()).isEqualTo("s1");
        assertThat(danta.add(add).getSession()).isEqualTo("s2");
        assertThat(danta.sum(sum.build()).getSession()).isEqualTo("s3");
        assertThat(danta.sum(sum.setLevel(DantaV1.Level.LEVEL_QUORUM).build()).getValue())
                .isEqualTo(3);
        assertThat(danta.get(get).getSession()).isEqualTo("s4");
        assertThat(desk.asked)
                .containsExactly(
                        new GatewayRequest.Put(ACCOUNTS, ANN, null, new SessionToken("")),
                        new GatewayRequest.Add(ACCOUNTS, ANN, 0, new SessionToken("s1")),
                        new GatewayRequest.Sum(ACCOUNTS, ANN, Level.SESSION, new SessionToken("s2")),
                        new GatewayRequest.Sum(ACCOUNTS, ANN, Level.QUORUM, new SessionToken("s2")),
                        new GatewayRequest.Get(
                                ACCOUNTS, List.of(ANN), new Reader.Alone(Level.SESSION, new SessionToken("s3"))));
    }

    @Test
    void a_node_says_who_it_is_and_what_it_takes() {
        DantaV1.DescribeReply reply = danta.describe(DantaV1.DescribeRequest.getDefaultInstance());
        assertThat(reply)
                .isEqualTo(DantaV1.DescribeReply.newBuilder()
                        .setCluster("shop")
                        .setNode(3)
                        .setRevision(2)
                        .addEndpoints("localhost:7400")
                        .setRequestBytesMax(4 << 20)
                        .setValueBytesMax(1 << 20)
                        .setTransactionKeysMax(4096)
                        .setLeaseMillisMax(60_000)
                        .build());
        assertThat(desk.asked).isEmpty();
    }

    @Test
    void a_node_without_a_cluster_says_so() {
        ReplicationServer young = ReplicationServer.start(
                ReplicationServer.Settings.of(new HostAndPort("127.0.0.1", 0)),
                new ReplicaId(1),
                () -> 1_000_000,
                node,
                AdminDesk.CLOSED,
                desk);
        ManagedChannel toYoung = NettyChannelBuilder.forAddress(
                        young.address().host(), young.address().port())
                .usePlaintext()
                .build();
        try {
            DantaV1.ErrorDetail detail = refusal(
                    Status.Code.UNAVAILABLE,
                    () -> DantaGrpc.newBlockingStub(toYoung).describe(DantaV1.DescribeRequest.getDefaultInstance()));
            assertThat(detail.getMessage()).isEqualTo("this node belongs to no cluster yet");
            assertThat(HealthGrpc.newBlockingStub(toYoung)
                            .check(HealthCheckRequest.getDefaultInstance())
                            .getStatus())
                    .isEqualTo(ServingStatus.NOT_SERVING);
        } finally {
            toYoung.shutdownNow();
            young.stop(Duration.ZERO);
        }
    }

    @ParameterizedTest
    @EnumSource(Refused.Kind.class)
    void every_refusal_carries_all_that_is_known_of_it(Refused.Kind kind) {
        desk.say(new Refused(
                kind,
                GatewayReply.Effect.UNKNOWN,
                true,
                "it is so",
                "7.c",
                4,
                Map.of("a:1", "gone", "b:2", "late"),
                "7.c/0.1"));
        StatusRuntimeException thrown = catchThrowableOfType(
                StatusRuntimeException.class,
                () -> danta.commit(
                        DantaV1.CommitRequest.newBuilder().setTransaction("t").build()));
        DantaV1.ErrorDetail detail = refusal(
                thrown.getStatus().getCode(),
                () -> danta.commit(
                        DantaV1.CommitRequest.newBuilder().setTransaction("t").build()));
        assertThat(detail)
                .isEqualTo(DantaV1.ErrorDetail.newBuilder()
                        .setKind(DantaV1.ErrorDetail.Kind.valueOf(kind.name()))
                        .setEffect(DantaV1.Effect.EFFECT_UNKNOWN)
                        .setRetryable(true)
                        .setMessage("it is so")
                        .setTransactionId("7.c")
                        .setAttempts(4)
                        .putCauses("a:1", "gone")
                        .putCauses("b:2", "late")
                        .setOutcomeHandle("7.c/0.1")
                        .build());
        assertThat(thrown.getStatus().getCode()).isEqualTo(promisedCode(kind));
    }

    /** The code that stands in the description of the kind. */
    private static Status.Code promisedCode(Refused.Kind kind) {
        try {
            String described = Files.readString(Path.of("src/main/proto/danta/v1/danta.proto"));
            Matcher promise =
                    Pattern.compile("// ([A-Z_]+): [^\n]*\n *" + kind + " = ").matcher(described);
            assertThat(promise.find()).isTrue();
            return Status.Code.valueOf(promise.group(1));
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    @Test
    void what_makes_no_sense_is_refused_before_the_desk_is_asked() {
        DantaV1.GetRequest.Builder get =
                DantaV1.GetRequest.newBuilder().setCollection(WIRE_ACCOUNTS).addKeys(WIRE_ANN);
        assertInvalid(
                "GetRequest.collection is missing",
                () -> danta.get(get.clone().clearCollection().build()));
        assertInvalid(
                "GetRequest.collection has no space",
                () -> danta.get(get.clone()
                        .setCollection(DantaV1.Collection.newBuilder().setName("accounts"))
                        .build()));
        assertInvalid(
                "GetRequest.keys is missing",
                () -> danta.get(get.clone().clearKeys().build()));
        assertInvalid(
                "GetRequest.keys has no elements",
                () -> danta.get(
                        get.clone().addKeys(DantaV1.Key.getDefaultInstance()).build()));
        assertInvalid(
                "GetRequest.keys has an element of no kind",
                () -> danta.get(get.clone()
                        .addKeys(key(DantaV1.Key.Element.newBuilder()))
                        .build()));
        assertInvalid(
                "GetRequest.keys has a UUID of 2 bytes",
                () -> danta.get(get.clone()
                        .addKeys(key(DantaV1.Key.Element.newBuilder().setUuid(TEN)))
                        .build()));
        assertInvalid(
                "GetRequest.keys has 2 entries, but only strict reads take more than one",
                () -> danta.get(get.clone()
                        .addKeys(WIRE_ANN)
                        .setLevel(DantaV1.Level.LEVEL_QUORUM)
                        .build()));
        assertInvalid(
                "GetRequest.level is given, but a transaction reads as transactions do",
                () -> danta.get(get.clone()
                        .setTransaction("t")
                        .setLevel(DantaV1.Level.LEVEL_STRICT)
                        .build()));
        assertInvalid(
                "GetRequest.level is that of a session, but there is no session: an empty one begins one",
                () -> danta.get(
                        get.clone().setLevel(DantaV1.Level.LEVEL_SESSION).build()));
        for (DantaV1.Level level : List.of(DantaV1.Level.LEVEL_LOCAL, DantaV1.Level.LEVEL_STRICT)) {
            assertInvalid(
                    "GetRequest.level is neither a session's nor a quorum's, but there is a session",
                    () -> danta.get(get.clone().setLevel(level).setSession("").build()));
        }
        assertInvalid(
                "GetRequest.session is given, but a transaction reads as transactions do",
                () -> danta.get(get.clone().setTransaction("t").setSession("").build()));
        assertInvalid(
                "PutRequest.session has 60001 characters, over the limit of 60000",
                () -> danta.put(DantaV1.PutRequest.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .setKey(WIRE_ANN)
                        .setSession("x".repeat(60_001))
                        .build()));
        assertInvalid(
                "Condition.expected is missing",
                () -> danta.transact(DantaV1.TransactRequest.newBuilder()
                        .addConditions(DantaV1.Condition.newBuilder()
                                .setCollection(WIRE_ACCOUNTS)
                                .setKey(WIRE_ANN))
                        .build()));
        assertInvalid(
                "CommitRequest.transaction is missing", () -> danta.commit(DantaV1.CommitRequest.getDefaultInstance()));
        assertInvalid(
                "SumRequest.level is strict, which counters are not",
                () -> danta.sum(DantaV1.SumRequest.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .setKey(WIRE_ANN)
                        .setLevel(DantaV1.Level.LEVEL_STRICT)
                        .build()));
        assertThat(desk.asked).isEmpty();
    }

    private void assertInvalid(String why, Runnable call) {
        DantaV1.ErrorDetail detail = refusal(Status.Code.INVALID_ARGUMENT, call);
        assertThat(detail.getKind()).isEqualTo(DantaV1.ErrorDetail.Kind.INVALID_REQUEST);
        assertThat(detail.getEffect()).isEqualTo(DantaV1.Effect.EFFECT_NOT_APPLIED);
        assertThat(detail.getMessage()).isEqualTo(why);
    }

    @Test
    void a_field_that_this_version_does_not_know_is_never_left_out() {
        UnknownFieldSet news = UnknownFieldSet.newBuilder()
                .addField(99, UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                .build();
        DantaV1.TransactRequest nested = DantaV1.TransactRequest.newBuilder()
                .addConditions(DantaV1.Condition.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .setKey(WIRE_ANN)
                        .setPresent(true)
                        .setUnknownFields(news))
                .build();
        assertUnsupported("Condition has a field with the number 99", () -> danta.transact(nested));
        assertUnsupported(
                "danta.v1.GetRequest.level is 42",
                () -> danta.get(DantaV1.GetRequest.newBuilder()
                        .setCollection(WIRE_ACCOUNTS)
                        .addKeys(WIRE_ANN)
                        .setLevelValue(42)
                        .build()));
        assertThat(desk.asked).isEmpty();
    }

    private void assertUnsupported(String what, Runnable call) {
        DantaV1.ErrorDetail detail = refusal(Status.Code.UNIMPLEMENTED, call);
        assertThat(detail.getKind()).isEqualTo(DantaV1.ErrorDetail.Kind.UNSUPPORTED);
        assertThat(detail.getMessage()).isEqualTo(what + ", which this node does not know");
    }

    @Test
    void callers_who_look_for_another_cluster_are_turned_away() {
        desk.say(new GatewayReply.Summed(1, ""));
        DantaV1.SumRequest request = DantaV1.SumRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setKey(WIRE_ANN)
                .build();
        assertThat(looking(TestNode.CLUSTER).sum(request).getValue()).isEqualTo(1);
        DantaV1.ErrorDetail detail =
                refusal(Status.Code.FAILED_PRECONDITION, () -> looking("bank").sum(request));
        assertThat(detail.getKind()).isEqualTo(DantaV1.ErrorDetail.Kind.WRONG_CLUSTER);
        assertThat(detail.getMessage()).isEqualTo("this node belongs to cluster shop, not bank");
        Metadata inUtf8 = new Metadata();
        inUtf8.put(
                Metadata.Key.of("danta-cluster-bin", Metadata.BINARY_BYTE_MARSHALLER),
                "b\u00e4nk".getBytes(StandardCharsets.UTF_8));
        assertThat(refusal(
                                Status.Code.FAILED_PRECONDITION,
                                () -> danta.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(inUtf8))
                                        .sum(request))
                        .getMessage())
                .isEqualTo("this node belongs to cluster shop, not b\u00e4nk");
        assertThat(desk.asked).hasSize(1);
    }

    private DantaGrpc.DantaBlockingStub looking(String cluster) {
        Metadata headers = new Metadata();
        headers.put(Metadata.Key.of("danta-cluster", Metadata.ASCII_STRING_MARSHALLER), cluster);
        return danta.withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
    }

    @Test
    void the_desk_has_a_little_less_time_than_the_caller() {
        desk.say(new GatewayReply.Acknowledged(""));
        DantaV1.PutRequest put = DantaV1.PutRequest.newBuilder()
                .setCollection(WIRE_ACCOUNTS)
                .setKey(WIRE_ANN)
                .build();
        DantaV1.PutReply usual = danta.put(put);
        DantaV1.PutReply brief = danta.withDeadlineAfter(40, TimeUnit.SECONDS).put(put);
        DantaV1.PutReply longest = danta.withDeadlineAfter(40, TimeUnit.MINUTES).put(put);
        assertThat(List.of(usual, brief, longest)).hasSize(3);
        assertThat(desk.patience.get(0)).isEqualTo(Duration.ofSeconds(5));
        assertThat(desk.patience.get(1)).isLessThanOrEqualTo(Duration.ofMillis(39_900));
        assertThat(desk.patience.get(2)).isEqualTo(Duration.ofMillis(59_900));
    }

    @Test
    void the_desk_hears_that_a_caller_has_gone() {
        desk.script = request -> new CompletableFuture<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        io.grpc.Context.CancellableContext calling = io.grpc.Context.current().withCancellation();
        calling.run(() -> DantaGrpc.newStub(channel)
                .commit(
                        DantaV1.CommitRequest.newBuilder().setTransaction("t").build(),
                        new StreamObserver<DantaV1.CommitReply>() {
                            @Override
                            public void onNext(DantaV1.CommitReply reply) {}

                            @Override
                            public void onError(Throwable cancelled) {
                                ended.complete(null);
                            }

                            @Override
                            public void onCompleted() {}
                        }));
        await().until(() -> desk.answers.size() == 1);
        calling.cancel(null);
        ended.join();
        await().until(() -> desk.answers.get(0).isCancelled());
        assertThat(node.complaints).isEmpty();
    }

    @Test
    void a_desk_that_fails_is_a_bug_and_nothing_is_known_of_what_was_asked() {
        desk.script = request -> CompletableFuture.failedFuture(new IllegalStateException("oh"));
        DantaV1.ErrorDetail detail = refusal(
                Status.Code.INTERNAL,
                () -> danta.commit(
                        DantaV1.CommitRequest.newBuilder().setTransaction("t").build()));
        assertThat(detail.getEffect()).isEqualTo(DantaV1.Effect.EFFECT_UNKNOWN);
        assertThat(detail.getMessage()).contains("oh");
        assertThat(node.complaints).hasSize(1);
    }

    @Test
    void the_health_service_says_whether_callers_may_come() {
        HealthGrpc.HealthBlockingStub health = HealthGrpc.newBlockingStub(channel);
        HealthCheckRequest all = HealthCheckRequest.getDefaultInstance();
        HealthCheckRequest ours =
                HealthCheckRequest.newBuilder().setService("danta.v1.Danta").build();
        assertThat(health.check(all).getStatus()).isEqualTo(ServingStatus.SERVING);
        assertThat(health.check(ours).getStatus()).isEqualTo(ServingStatus.SERVING);
        Topology known = TestNode.TOPOLOGY;
        node.server()
                .publish(new Topology(
                        known.cluster(),
                        known.identity(),
                        known.version() + 1,
                        known.shards(),
                        List.of(new Member(new ReplicaId(3), node.address().toString(), true)),
                        known.memberships()));
        assertThat(health.check(all).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
        assertThat(health.check(ours).getStatus()).isEqualTo(ServingStatus.NOT_SERVING);
    }

    @Test
    void reflection_describes_the_public_service_and_not_what_nodes_say_to_each_other() {
        assertThat(services()).contains("danta.v1.Danta", "grpc.health.v1.Health");
        ServerReflectionResponse file = reflected(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("danta.v1.ErrorDetail")
                .build());
        assertThat(file.getFileDescriptorResponse().getFileDescriptorProtoCount())
                .isPositive();
        ServerReflectionResponse inner = reflected(ServerReflectionRequest.newBuilder()
                .setFileContainingSymbol("danta.wire.v1.Admin")
                .build());
        assertThat(inner.hasErrorResponse()).isTrue();
    }

    private List<String> services() {
        return reflected(ServerReflectionRequest.newBuilder()
                        .setListServices("*")
                        .build())
                .getListServicesResponse()
                .getServiceList()
                .stream()
                .map(io.grpc.reflection.v1.ServiceResponse::getName)
                .toList();
    }

    private ServerReflectionResponse reflected(ServerReflectionRequest request) {
        CompletableFuture<ServerReflectionResponse> answer = new CompletableFuture<>();
        StreamObserver<ServerReflectionRequest> questions = ServerReflectionGrpc.newStub(channel)
                .serverReflectionInfo(new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                        answer.complete(response);
                    }

                    @Override
                    public void onError(Throwable failed) {
                        answer.completeExceptionally(failed);
                    }

                    @Override
                    public void onCompleted() {}
                });
        questions.onNext(request);
        questions.onCompleted();
        return answer.join();
    }
}
