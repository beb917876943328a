package dev.danta.wire.transport;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Parser;
import com.google.protobuf.UnsafeByteOperations;
import io.grpc.MethodDescriptor;
import java.io.IOException;
import java.io.InputStream;

/**
 * What came over the stream: a frame, or something that is none. gRPC's own way with the latter is an exception in the
 * transport thread and a stack trace in the log; here it is a value, and the session decides what to tell the peer.
 */
sealed interface Inflow<F> {
    record Frame<F>(F frame) implements Inflow<F> {}

    record Unreadable<F>(String why) implements Inflow<F> {}

    /** For the receiving end of a method; a frame of more than {@code bytesMax} is unreadable. */
    static <F> MethodDescriptor.Marshaller<Inflow<F>> marshaller(Parser<F> parser, int bytesMax) {
        return new MethodDescriptor.Marshaller<>() {
            @Override
            public InputStream stream(Inflow<F> value) {
                throw new UnsupportedOperationException("this end only receives");
            }

            @Override
            public Inflow<F> parse(InputStream stream) {
                return read(parser, stream, bytesMax);
            }
        };
    }

    private static <F> Inflow<F> read(Parser<F> parser, InputStream stream, int bytesMax) {
        try {
            byte[] content = stream.readAllBytes();
            if (content.length > bytesMax) {
                return new Unreadable<>("a frame of " + content.length + " bytes is over the limit of " + bytesMax);
            }
            ByteString bytes = UnsafeByteOperations.unsafeWrap(content);
            CodedInputStream input = bytes.newCodedInput();
            // Keys and values stay views of this one array until the codec copies each once.
            input.enableAliasing(true);
            F frame = parser.parseFrom(input);
            input.checkLastTagWas(0);
            return new Frame<>(frame);
        } catch (InvalidProtocolBufferException garbage) {
            return new Unreadable<>("a frame cannot be read: " + garbage.getMessage());
        } catch (IOException broken) {
            return new Unreadable<>("a frame cannot be taken off the stream: " + broken.getMessage());
        }
    }
}
