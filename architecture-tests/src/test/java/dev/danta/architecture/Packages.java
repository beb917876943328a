package dev.danta.architecture;

import com.tngtech.archunit.core.domain.PackageMatcher;
import java.util.Collection;

/** Package names against ArchUnit's patterns, where {@code a.b..} is {@code a.b} and everything below it. */
final class Packages {
    private Packages() {}

    static boolean match(String pattern, String packageName) {
        return PackageMatcher.of(pattern).matches(packageName);
    }

    static boolean matchAny(Collection<String> patterns, String packageName) {
        return patterns.stream().anyMatch(pattern -> match(pattern, packageName));
    }
}
