package dev.danta.wire.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.InvalidProtocolBufferException;
import dev.danta.wire.AdminGenerator;
import dev.danta.wire.admin.AdminReply;
import dev.danta.wire.admin.AdminRequest;
import dev.danta.wire.proto.AdminProto;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AdminCodecTest {
    static LongStream seeds() {
        return LongStream.range(0, 20);
    }

    private static AdminProto.AdminCall call(AdminRequest request) {
        AdminProto.AdminCall.Builder call = AdminProto.AdminCall.newBuilder();
        AdminRequestCodec.encode(request, call);
        return call.build();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void requests_and_replies_come_back_as_they_were(long seed) throws InvalidProtocolBufferException {
        AdminGenerator generator = new AdminGenerator(seed);
        Set<Class<?>> kinds = new HashSet<>();
        for (int i = 0; i < 300; i++) {
            AdminRequest request = generator.request();
            byte[] asked = call(request).toByteArray();
            assertThat(AdminRequestCodec.decode(AdminProto.AdminCall.parseFrom(asked)))
                    .isEqualTo(request);
            AdminReply reply = generator.reply();
            byte[] answered = AdminReplyCodec.encode(reply).toByteArray();
            assertThat(AdminReplyCodec.decode(AdminProto.AdminReply.parseFrom(answered)))
                    .isEqualTo(reply);
            kinds.add(request.getClass());
            kinds.add(reply.getClass());
        }
        int permitted =
                AdminRequest.class.getPermittedSubclasses().length + AdminReply.class.getPermittedSubclasses().length;
        assertThat(kinds).hasSize(permitted);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void what_is_spoilt_is_malformed_or_means_something(long seed) {
        AdminGenerator generator = new AdminGenerator(seed);
        FrameMutator mutator = new FrameMutator(seed);
        int refused = 0;
        for (int i = 0; i < 500; i++) {
            var call = (AdminProto.AdminCall) mutator.spoil(mutator.spoil(call(generator.request())));
            var reply = (AdminProto.AdminReply) mutator.spoil(mutator.spoil(AdminReplyCodec.encode(generator.reply())));
            refused += refuses(() -> AdminRequestCodec.decode(call)) ? 1 : 0;
            refused += refuses(() -> AdminReplyCodec.decode(reply)) ? 1 : 0;
        }
        assertThat(refused).isBetween(50, 950);
    }

    private static boolean refuses(Runnable decoding) {
        try {
            decoding.run();
            return false;
        } catch (MalformedMessageException malformed) {
            assertThat(malformed.getMessage()).isNotBlank().doesNotContain("\n");
            return true;
        }
    }

    @Test
    void the_complaint_says_what_is_wrong() {
        complains(new AdminRequest.Remove(0, false, false), "Remove.node is 0, replicas count from 1");
        complains(new AdminRequest.MoveShard(-1, 1, 2, false), "MoveShard.shard is the negative number -1");
        complains(new AdminRequest.MoveShard(5000, 1, 2, false), "MoveShard.shard is 5000, shards are below 4096");
        complains(new AdminRequest.Add(1, "x".repeat(301)), "Add.address has 301 characters, over the limit of 300");
        assertThatThrownBy(() -> AdminRequestCodec.decode(AdminProto.AdminCall.getDefaultInstance()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("AdminCall.request is of no known kind");
        assertThatThrownBy(() -> AdminReplyCodec.decode(AdminProto.AdminReply.getDefaultInstance()))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("AdminReply.kind is of no known kind");
        assertThatThrownBy(() -> AdminReplyCodec.decode(AdminReplyCodec.encode(new AdminReply.Done("done", -1))))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage("Done.version is the negative number -1");
    }

    private static void complains(AdminRequest request, String complaint) {
        assertThatThrownBy(() -> AdminRequestCodec.decode(call(request)))
                .isInstanceOf(MalformedMessageException.class)
                .hasMessage(complaint);
    }
}
