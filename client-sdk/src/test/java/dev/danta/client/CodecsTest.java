package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.type.TypeReference;
import dev.danta.wire.proto.DataProto;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.InvocationTargetException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

final class CodecsTest {
    record Line(String sku, int quantity) {}

    record Order(long id, List<Line> lines) {}

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    @Test
    void aRecordIsWrittenAsJsonAndReadAgain() {
        Codec<Order> orders = Json.of(Order.class);
        Order order = new Order(7, List.of(new Line("ä", 2)));

        assertThat(orders.encode(order)).isEqualTo(utf8("{\"id\":7,\"lines\":[{\"sku\":\"ä\",\"quantity\":2}]}"));
        assertThat(orders.decode(orders.encode(order))).isEqualTo(order);
    }

    @Test
    void aTypeWithParametersToo() {
        Codec<List<Line>> lines = Json.of(new TypeReference<List<Line>>() {}.getType());

        assertThat(lines.decode(utf8("[{\"sku\":\"a\",\"quantity\":1}]"))).containsExactly(new Line("a", 1));
    }

    @Test
    void aPropertyOfANewerVersionIsSkipped() {
        assertThat(Json.of(Line.class).decode(utf8("{\"sku\":\"a\",\"colour\":\"red\",\"quantity\":1}")))
                .isEqualTo(new Line("a", 1));
    }

    @Test
    void whatIsNotJsonOfTheTypeIsRefused() {
        Codec<Line> lines = Json.of(Line.class);
        for (String text : List.of("", "null", "[]", "{\"sku\":", "{\"quantity\":\"many\"}", "{} {}", "7")) {
            assertThatThrownBy(() -> lines.decode(utf8(text)))
                    .as(text)
                    .isInstanceOf(CodecException.class)
                    .hasMessageContaining("Line")
                    .hasMessageNotContaining("\n");
        }
    }

    @Test
    void whatJacksonCannotWriteIsRefused() {
        assertThatThrownBy(() -> Json.of(Object.class).encode(new Object()))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("could not be written as JSON");
    }

    /** Shows the classes of this module as they are where Jackson is not. */
    private static final class WithoutJackson extends ClassLoader {
        WithoutJackson() {
            super(CodecsTest.class.getClassLoader());
        }

        @Override
        protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
            if (name.startsWith("com.fasterxml.")) {
                throw new ClassNotFoundException(name);
            }
            if (!name.startsWith("dev.danta.client.")) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : own(name);
        }

        private Class<?> own(String name) throws ClassNotFoundException {
            try (InputStream stream = getResourceAsStream(name.replace('.', '/') + ".class")) {
                if (stream == null) {
                    throw new ClassNotFoundException(name);
                }
                byte[] bytes = stream.readAllBytes();
                return defineClass(name, bytes, 0, bytes.length);
            } catch (IOException e) {
                throw new ClassNotFoundException(name, e);
            }
        }
    }

    @Test
    void withoutJacksonTheErrorSaysWhatToAddAndTheRestWorks() throws ReflectiveOperationException {
        WithoutJackson loader = new WithoutJackson();

        assertThatThrownBy(() -> loader.loadClass(Json.class.getName())
                        .getMethod("of", Class.class)
                        .invoke(null, String.class))
                .isInstanceOf(InvocationTargetException.class)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("com.fasterxml.jackson.core:jackson-databind");
        assertThat(loader.loadClass(Key.class.getName())
                        .getMethod("of", Object[].class)
                        .invoke(null, (Object) new Object[] {"a"}))
                .hasToString("(\"a\")");
    }

    @Test
    void aMessageOfProtocolBuffersIsWrittenAndReadAgain() {
        Codec<DataProto.KeyRange> ranges = Protobuf.of(DataProto.KeyRange.class);
        DataProto.KeyRange range = DataProto.KeyRange.getDefaultInstance();

        assertThat(ranges.decode(ranges.encode(range))).isEqualTo(range);
        assertThatThrownBy(() -> ranges.decode(new byte[] {10, 100}))
                .isInstanceOf(CodecException.class)
                .hasMessageContaining("parseFrom of " + DataProto.KeyRange.class.getName());
    }

    @Test
    void whatProtocHasNotGeneratedIsRefused() {
        assertThatThrownBy(() -> Protobuf.of(String.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("java.lang.String is not generated by protoc");
    }
}
