package dev.danta.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.danta.client.DantaException.Facts;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * docs/errors.md is what the exceptions say of themselves. To have it written anew: {@code ./mvnw -q -pl client-sdk -am test
 * -Dtest=ErrorsPageTest -Ddanta.docs.write=true}.
 */
final class ErrorsPageTest {
    private static final Path PAGE = Path.of("..", "docs", "errors.md");
    private static final Path SOURCES = Path.of("src", "main", "java")
            .resolve(DantaClient.class.getPackageName().replace('.', '/'));
    private static final Pattern JAVADOC =
            Pattern.compile("/\\*\\*(.*?)\\*/\\s*public (?:abstract |final )*class", Pattern.DOTALL);
    private static final Pattern TAG = Pattern.compile("\\{@(?:link|linkplain|code) #?([^}]*)}");

    @Test
    void thePageIsWhatTheExceptionsSay() throws IOException {
        String page = page();
        if (Boolean.getBoolean("danta.docs.write")) {
            Files.writeString(PAGE, page);
        }
        assertThat(PAGE).as("see the comment of this test").hasContent(page);
    }

    private static List<Class<? extends DantaException>> exceptions() {
        return PublicApi.classes().stream()
                .filter(type -> DantaException.class.isAssignableFrom(type) && type != DantaException.class)
                .<Class<? extends DantaException>>map(type -> type.asSubclass(DantaException.class))
                .sorted(Comparator.comparing(Class::getSimpleName))
                .toList();
    }

    private String page() throws IOException {
        StringBuilder page = new StringBuilder();
        page.append("# What calls fail with\n\n");
        page.append(
                "Written by `ErrorsPageTest` from the exceptions themselves; it fails when this page is out of date.\n\n");
        page.append("All are unchecked and a `DantaException`: w")
                .append(javadoc(DantaException.class).substring(1))
                .append("\n\n");
        page.append("| of each | |\n|---|---|\n");
        page.append(
                "| `outcome()` | whether what was asked for took effect: `NOT_APPLIED`, `APPLIED` or `UNKNOWN` |\n");
        page.append("| `retryable()` | whether asking for the same again may help, and does no harm |\n");
        page.append(
                "| `txId()` | the transaction's id, if it got so far as to have one; `danta txn status` takes it |\n");
        page.append("| `attempts()` | how often the transaction's closure was run |\n");
        page.append("| `causes()` | what was wrong with each endpoint, by its address |\n\n");
        page.append("| exception | outcome | retryable | |\n|---|---|---|---|\n");
        for (Class<? extends DantaException> type : exceptions()) {
            List<DantaException> all = samples(type);
            page.append("| `").append(type.getSimpleName()).append("` | ");
            page.append(distinct(all.stream().map(one -> one.outcome().name()))).append(" | ");
            page.append(distinct(all.stream().map(one -> one.retryable() ? "yes" : "no")))
                    .append(" | ");
            page.append(javadoc(type)).append(" |\n");
        }
        return page.toString();
    }

    private static String distinct(Stream<String> values) {
        return values.distinct().sorted(Comparator.reverseOrder()).collect(Collectors.joining(" or "));
    }

    private static String javadoc(Class<?> type) throws IOException {
        Matcher found = JAVADOC.matcher(Files.readString(SOURCES.resolve(type.getSimpleName() + ".java")));
        assertThat(found.find()).as("%s has a comment", type).isTrue();
        String text =
                found.group(1).replaceAll("\\s*\\n\\s*\\*\\s?", " ").strip().replaceAll("\\s+", " ");
        return TAG.matcher(text).replaceAll("`$1`").replace("|", "\\|");
    }

    /** One for each way to make it. */
    private List<DantaException> samples(Class<? extends DantaException> type) {
        return Stream.of(type.getDeclaredConstructors())
                .filter(constructor -> !constructor.isSynthetic())
                .flatMap(
                        constructor -> Stream.of(true, false).map(retryable -> type.cast(made(constructor, retryable))))
                .map(DantaException.class::cast)
                .toList();
    }

    private Object made(Constructor<?> constructor, boolean retryable) {
        Object[] arguments = Stream.of(constructor.getParameterTypes())
                .map(parameter -> argument(parameter, retryable))
                .toArray();
        try {
            constructor.setAccessible(true);
            return constructor.newInstance(arguments);
        } catch (ReflectiveOperationException unusable) {
            throw new LinkageError("cannot be used: " + constructor, unusable);
        }
    }

    private @Nullable Object argument(Class<?> type, boolean retryable) {
        if (type == String.class) {
            return "why";
        } else if (type == Facts.class) {
            return new Facts("1.1.1", 1, Map.of());
        } else if (type == boolean.class) {
            return retryable;
        } else if (type == OutcomeHandle.class) {
            return null;
        } else if (Throwable.class.isAssignableFrom(type)) {
            return new IllegalStateException("why");
        }
        throw new AssertionError("nobody has said with which " + type.getSimpleName() + " to make an exception");
    }
}
