using System.Reflection;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk;

public sealed partial class DimensionBuilder<TRow>
{
    private void Validate(DimensionDefinition definition)
    {
        Problems.Expect(_naturalKey.Count > 0, Name, "it has no natural key; add NaturalKey(x => x.Id)");
        foreach (var repeated in _naturalKey.Concat(_attributes.Select(attribute => attribute.Property)).GroupBy(property => property.Name).Where(group => group.Count() > 1))
            Problems.Add(Name, $"the property {repeated.Key} is declared {repeated.Count()} times as key or attribute; it can be one of them");
        if (definition.EffectiveFrom is { } effective)
            Problems.Expect(effective.Type.Kind is ColumnKind.Date or ColumnKind.Timestamp, Name, $"EffectiveFrom({effective.Name}) is {effective.Type}; a date or timestamp is needed");
        if (definition.Operation is { } operation)
            Problems.Expect(operation.Type.IsText, Name, $"Operation({operation.Name}) is {operation.Type}; a text with I, U or D is needed");
        ValidateEquality(definition);
        ValidateNullDates(definition);
        ValidateKeyAndScope(definition);
        foreach (string name in _filledWhenNull)
            Problems.Expect(_attributes.Exists(attribute => attribute.Property.Name == name && attribute.Type == ScdType.Type0), Name, $"FillWhenNull({name}) names no type 0 attribute of the dimension");
        Problems.Expect(_filledWhenNull.Count == 0 || definition.OverwriteScope == OverwriteScope.AllVersions, Name, "FillWhenNull fills all versions, but Overwrite(CurrentVersion) leaves older ones as they were; choose one");
        Problems.Expect(!definition.SeparatesHistory || definition.Attributes.Any(attribute => attribute.IsTracked), Name, "SeparateHistory() has no history to keep; give an attribute type 2 or 6");
        Problems.Expect(!definition.SeparatesHistory || !definition.CurrentKeys.Any(), Name, "the current key of a mini-dimension stands on all versions and SeparateHistory() keeps them elsewhere; leave out currentKey: true or SeparateHistory()");
        Problems.Expect(definition.SnapshotScope is null || definition.Profiles.Count == 0, Name, "SnapshotScope has no column in the history of a mini-dimension's combinations; leave out one of the two");
        if (!definition.WithoutHistoryViews && definition.Attributes.Any(attribute => attribute.IsTracked))
        {
            foreach (Identifier suffix in new[] { Conventions.CurrentViewSuffix, Conventions.AsOfFunctionSuffix })
                Problems.Expect(Name.Length + suffix.Value.Length <= Identifier.MaximumLength, Name, $"its name with {suffix} is longer than {Identifier.MaximumLength} characters; shorten it, or add WithoutHistoryViews()");
        }

        foreach (var repeated in _defaultMembers.GroupBy(member => member.Key).Where(group => group.Count() > 1))
            Problems.Add(Name, $"the default member key {repeated.Key} is given {repeated.Count()} times");
        foreach (DefaultMember member in _defaultMembers)
            Problems.Expect(member.Key < 0, Name, $"the default member '{member.Label}' has key {member.Key}; default members are below zero");
    }

    private void ValidateNullDates(DimensionDefinition definition)
    {
        if (_nullDates.Count == 0)
            return;
        bool hasDays = definition.EffectiveFrom is not null || definition.Attributes.Any(attribute => IsOfDays(attribute.Column.Type));
        Problems.Expect(hasDays, Name, "NullDates concerns nothing: it has neither EffectiveFrom nor an attribute that is a date or timestamp");
        foreach (var repeated in _nullDates.GroupBy(day => day).Where(group => group.Count() > 1))
            Problems.Add(Name, $"NullDates names {InvariantText.Of(repeated.Key)} {repeated.Count()} times");
        foreach (CombinationAttribute part in _minis.SelectMany(profile => profile.Mini.Parts).Where(part => IsOfDays(part.Column.Type)))
            Problems.Add(Name, $"NullDates does not reach {part.Column.Name}, which a mini-dimension keeps; give the source NULL there, or keep it as an attribute");
    }

    private void ValidateEquality(DimensionDefinition definition)
    {
        foreach (DimensionAttribute attribute in definition.Attributes.Where(attribute => attribute.Equality != Equality.Exact))
            ExpectFitting(attribute.Column, attribute.Equality);
        foreach (Column key in definition.NaturalKey.Where(key => definition.KeyEquality.ContainsKey(key.Name)))
        {
            ExpectFitting(key, definition.KeyEquality[key.Name]);
            Problems.Expect(!definition.KeyEquality[key.Name].HasFlag(Equality.Json), Name, $"Compare({key.Name}) asks for JSON; a part of the natural key is none");
        }

        foreach (string name in _equality.Keys)
            Problems.Expect(_attributes.Exists(attribute => attribute.Property.Name == name) || _naturalKey.Exists(key => key.Name == name), Name, $"Compare({name}) names no attribute of the dimension");
    }

    private void ExpectFitting(Column column, Equality equality)
    {
        if (equality == Equality.Json)
            Problems.Expect(column.Type.Kind == ColumnKind.Json, Name, $"Compare({column.Name}) asks for JSON; the column is {column.Type}");
        else
            Problems.Expect(column.Type.IsText, Name, $"Compare({column.Name}) is for texts; the column is {column.Type}");
    }

    private void ValidateKeyAndScope(DimensionDefinition definition)
    {
        foreach (PropertyInfo property in _optionalKey)
            Problems.Expect(_naturalKey.Exists(key => key.Name == property.Name), Name, $"OptionalKeyPart({property.Name}) names no part of the natural key");
        if (_naturalKey.Count > 0)
            Problems.Expect(definition.OptionalKey.Count < definition.NaturalKey.Count, Name, "every part of its natural key may be NULL; at least one must not, or a row could be nobody's");
        if (definition.SnapshotScope is { } scope)
        {
            bool isKnown = definition.NaturalKey.Any(key => key.Name == scope.Name)
                || definition.Attributes.Any(attribute => attribute.Name == scope.Name && attribute.Type is ScdType.Type1 or ScdType.Type2);
            Problems.Expect(isKnown, Name, $"SnapshotScope({scope.Name}) names neither a part of the natural key nor an attribute of type 1 or 2");
            Problems.Expect(EqualityOf(_snapshotScope!) == Equality.Exact, Name, $"SnapshotScope({scope.Name}) has Compare, but parts are told apart by their exact values; give each part one spelling in the source, or leave out one of the two");
            Problems.Expect(definition.WhenAbsent != Absent.Ignore, Name, $"SnapshotScope({scope.Name}) is declared, but absence means nothing; add WhenAbsent(...)");
        }
    }
}
