package dev.danta.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/** What the rules look at: the product, or the fixtures that are bad on purpose. */
final class Code {
    static final String ROOT = "dev.danta";
    static final String FIXTURES = "dev.danta.archfixture";

    /** The one package whose classes protoc writes; it follows nobody's style. */
    static final String GENERATED = "dev.danta.wire.proto";

    // Read once for all tests: it is the slow part.
    private static final JavaClasses PRODUCT = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            // The command's jar names these copies in its manifest, and a copy may be older than its module.
            .withImportOption(place -> !place.contains("/cli/target/lib/"))
            .importPackages(ROOT);

    private Code() {}

    /** Main code of every module on the class path, the generated one included. */
    static JavaClasses product() {
        return PRODUCT;
    }

    /** The fixtures in a package below {@link #FIXTURES}, and in the packages below that one. */
    static JavaClasses fixture(String name) {
        return new ClassFileImporter().importPackages(FIXTURES + "." + name);
    }

    /** These fixtures alone. */
    static JavaClasses only(Class<?>... fixtures) {
        return new ClassFileImporter().importClasses(fixtures);
    }
}
