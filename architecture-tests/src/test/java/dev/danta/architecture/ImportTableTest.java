package dev.danta.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.Source;
import dev.danta.architecture.ImportTable.Row;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class ImportTableTest {
    static Stream<Row> rows() {
        return ImportTable.ROWS.stream();
    }

    @ParameterizedTest
    @MethodSource("rows")
    void importsOnlyWhatItsRowLists(Row row) {
        ImportTable.rule(row).check(Code.product());
    }

    // Without this a row whose module is not on the class path would hold for ever.
    @ParameterizedTest
    @MethodSource("rows")
    void everyRowHasItsModuleHere(Row row) {
        assertThat(Code.product().containPackage(row.root()))
                .as("code of %s: is it a dependency of architecture-tests?", row.module())
                .isTrue();
    }

    @Test
    void everyClassLivesInThePackagesOfItsModule() {
        assertThat(Code.product().stream().filter(type -> !isAtHome(type)).map(ImportTableTest::place))
                .as("classes outside every row, or in another module than their row says")
                .isEmpty();
    }

    /** From {@code .../MODULE/target/...}, or from a repository's {@code .../dev/danta/MODULE/VERSION/...}. */
    private static boolean isAtHome(JavaClass type) {
        String place = place(type);
        return ImportTable.rowOf(type.getPackageName())
                .filter(row -> place.contains("/" + row.module() + "/target/")
                        || place.contains("/dev/danta/" + row.module() + "/"))
                .isPresent();
    }

    private static String place(JavaClass type) {
        return type.getSource().map(Source::getUri).orElseThrow().toString();
    }

    /** The fixtures: {@code low} imports {@code high}, {@code high.open} and a library. */
    @Nested
    final class Bites {
        private final String low = Code.FIXTURES + ".table.low";
        private final String high = Code.FIXTURES + ".table.high";

        @Test
        void onAnImportOfAModuleThatIsNotListed() {
            Row row = ImportTable.row("low", low).mayImport(high + ".open..", "com.google.protobuf..");
            assertThatThrownBy(() -> ImportTable.rule(row).check(Code.fixture("table")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("high.Closed")
                    .hasMessageNotContaining("high.open.Open")
                    .hasMessageNotContaining("ByteString");
        }

        @Test
        void onAnImportOfALibraryThatIsNotListed() {
            Row row = ImportTable.row("low", low).mayImport(high + "..");
            assertThatThrownBy(() -> ImportTable.rule(row).check(Code.fixture("table")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("com.google.protobuf.ByteString")
                    .hasMessageNotContaining("high.Closed");
        }

        @Test
        void butNotWhenAllIsListed() {
            Row row = new Row("low", low, List.of(high + "..", "com.google.protobuf.."));
            ImportTable.rule(row).check(Code.fixture("table"));
        }
    }
}
