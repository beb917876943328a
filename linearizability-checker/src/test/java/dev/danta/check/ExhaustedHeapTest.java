package dev.danta.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;

final class ExhaustedHeapTest {
    /** A class whose initialization fails as if there were no memory for it. */
    private static final class Starved {
        static final int NUMBER = number();

        private static int number() {
            throw new OutOfMemoryError("Java heap space");
        }
    }

    /** One that is wrong itself. */
    private static final class Broken {
        static final int NUMBER = number();

        private static int number() {
            throw new IllegalStateException("a bug");
        }
    }

    @Test
    void memoryRunsOutWhereSomethingIsMadeAndBehindOtherErrors() {
        OutOfMemoryError exhausted = new OutOfMemoryError("Java heap space");

        assertThat(ExhaustedHeap.isBehind(exhausted)).isTrue();
        assertThat(ExhaustedHeap.isBehind(new BootstrapMethodError(exhausted))).isTrue();
        assertThat(ExhaustedHeap.isBehind(new ExceptionInInitializerError(exhausted)))
                .isTrue();
        assertThat(ExhaustedHeap.isBehind(new InternalError(new CompletionException(exhausted))))
                .isTrue();
        assertThat(ExhaustedHeap.isBehind(new IllegalStateException("a bug"))).isFalse();
        assertThat(ExhaustedHeap.isBehind(new NoClassDefFoundError("dev/danta/Gone")))
                .isFalse();
    }

    @Test
    void aClassThatCouldNotBeInitializedForWantOfMemoryStaysSo() {
        Throwable first = catchThrowable(() -> assertThat(Starved.NUMBER).isZero());
        Throwable second = catchThrowable(() -> assertThat(Starved.NUMBER).isZero());

        assertThat(ExhaustedHeap.isBehind(first)).isTrue();
        assertThat(second).isInstanceOf(NoClassDefFoundError.class);
        assertThat(ExhaustedHeap.isBehind(second)).isTrue();
        assertThat(ExhaustedHeap.isBehind(new NoClassDefFoundError(second.getMessage())))
                .as("there was no room to remember why")
                .isTrue();
    }

    @Test
    void aClassThatIsWrongIsABug() {
        Throwable first = catchThrowable(() -> assertThat(Broken.NUMBER).isZero());
        Throwable second = catchThrowable(() -> assertThat(Broken.NUMBER).isZero());

        assertThat(first).isInstanceOf(ExceptionInInitializerError.class);
        assertThat(second).isInstanceOf(NoClassDefFoundError.class);
        assertThat(ExhaustedHeap.isBehind(first)).isFalse();
        assertThat(ExhaustedHeap.isBehind(second)).isFalse();
    }

    @Test
    void causesThatGoRoundAreLookedAtOnce() {
        IllegalStateException outer = new IllegalStateException("outer");
        IllegalStateException inner = new IllegalStateException("inner", outer);
        outer.initCause(inner);

        assertThat(ExhaustedHeap.isBehind(outer)).isFalse();
    }
}
