package dev.danta.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class HouseRulesTest {
    @Test
    void noPackageCycles() {
        HouseRules.noPackageCycles(Code.ROOT).check(Code.product());
    }

    @Test
    void everyPackageIsNullMarked() {
        HouseRules.everyPackageIsNullMarked().check(Code.product());
    }

    @Test
    void noMutableStatics() {
        HouseRules.noMutableStatics().check(Code.product());
    }

    /** What the core offers to modules that have no code yet cannot be judged before they have some. */
    @Test
    void publicMeansUsedElsewhere() {
        assumeThat(Stream.of("dev.danta.client", "dev.danta.node", "dev.danta.sim"))
                .as("the shells that use the core have code")
                .allMatch(HouseRulesTest::hasCode);
        HouseRules.publicMeansUsedElsewhere().check(Code.product());
    }

    @Test
    void namesSaySomething() {
        HouseRules.namesSaySomething().check(Code.product());
    }

    /** An allowance for what is gone would cover whatever takes its name next. */
    @Test
    void everyAllowanceNamesSomethingThatExists() {
        assertThat(HouseRules.allowances())
                .allMatch(name -> Code.product().containPackage(name)
                        || Code.product().contain(name)
                        || Code.product().stream()
                                .flatMap(type -> type.getFields().stream())
                                .anyMatch(field -> field.getFullName().equals(name)));
    }

    private static boolean hasCode(String root) {
        return Code.product().stream()
                .anyMatch(type -> Packages.match(root + "..", type.getPackageName())
                        && !type.getSimpleName().equals("package-info"));
    }

    @Nested
    final class Bites {
        @Test
        void onPackagesThatDependOnEachOther() {
            assertThatThrownBy(() ->
                            HouseRules.noPackageCycles(Code.FIXTURES + ".cycle").check(Code.fixture("cycle")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("Cycle detected")
                    .hasMessageContaining("cycle.egg.Egg");
        }

        @Test
        void onAPackageAndItsSubpackageThatDependOnEachOther() {
            assertThatThrownBy(() -> HouseRules.noPackageCycles(Code.FIXTURES).check(Code.fixture("nest")))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining("nest.chick.Chick");
        }

        @ParameterizedTest
        @ValueSource(strings = {"unmarked.Unmarked", "unmarked.bare.Bare"})
        void onAPackageWithoutItsMark(String type) {
            assertBites(HouseRules.everyPackageIsNullMarked(), "unmarked", type);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "Statics.counter is not final",
                    "Statics.ARRAY is of the mutable type",
                    "Statics.LIST is of the mutable type",
                    "Statics.ATOMIC is of the mutable type",
                    "Statics.TEXT is of the mutable type",
                    "Statics.BUILDER is of the mutable type",
                    "Statics.OURS is of the mutable type",
                    "Statics.DEEP is of the mutable type",
                    "Statics.RECORD is of the mutable type"
                })
        void onAStaticThatCanChange(String finding) {
            assertBites(HouseRules.noMutableStatics(), "statics", finding);
        }

        @Test
        void onAPublicTypeThatOnlyItsOwnPackageUses() {
            assertBites(HouseRules.publicMeansUsedElsewhere(), "lonely", "lonely.Lonely is public");
        }

        @ParameterizedTest
        @ValueSource(strings = {"ThingManager", "ThingHelper", "ThingUtil", "ThingImpl"})
        void onANameThatSaysNothing(String name) {
            assertBites(HouseRules.namesSaySomething(), "name", name);
        }

        @Test
        void butNotOnTheirGoodNeighbours() {
            assertSpares(HouseRules.everyPackageIsNullMarked(), "unmarked", "unmarked.marked.Marked");
            assertSpares(HouseRules.noMutableStatics(), "statics", "Constants");
            assertSpares(HouseRules.publicMeansUsedElsewhere(), "lonely", "lonely.Named");
            assertSpares(HouseRules.publicMeansUsedElsewhere(), "lonely", "lonely.Passed");
            assertSpares(HouseRules.publicMeansUsedElsewhere(), "lonely", "lonely.ByItsNested");
            assertSpares(HouseRules.namesSaySomething(), "name", "name.Thing ");
        }

        private static void assertBites(ArchRule rule, String fixture, String finding) {
            assertThatThrownBy(() -> rule.check(Code.fixture(fixture)))
                    .isInstanceOf(AssertionError.class)
                    .hasMessageContaining(finding);
        }

        private static void assertSpares(ArchRule rule, String fixture, String neighbour) {
            assertThatThrownBy(() -> rule.check(Code.fixture(fixture))).hasMessageNotContaining(neighbour);
        }
    }
}
