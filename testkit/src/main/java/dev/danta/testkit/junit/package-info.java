/**
 * Danta in tests of JUnit 5 and 6: {@link dev.danta.testkit.junit.DantaCluster} gives a test class real nodes in its own
 * process, {@link dev.danta.testkit.junit.RecordedTable} and {@link dev.danta.testkit.junit.RecordedLists} write down what its
 * clients do and see, and have it judged. JUnit is the application's own.
 */
@NullMarked
package dev.danta.testkit.junit;

import org.jspecify.annotations.NullMarked;
