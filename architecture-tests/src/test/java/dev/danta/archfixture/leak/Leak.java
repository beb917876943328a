package dev.danta.archfixture.leak;

import com.google.protobuf.ByteString;
import dev.danta.wire.proto.GeneratedFixture;
import io.grpc.Status;
import java.nio.ByteBuffer;
import org.apache.ratis.protocol.RaftGroupId;
import org.lmdbjava.Env;

/** One foreign type per method. */
public interface Leak {
    ByteString bytes();

    Status status();

    GeneratedFixture message();

    void store(Env<ByteBuffer> env);

    void group(RaftGroupId id);
}
