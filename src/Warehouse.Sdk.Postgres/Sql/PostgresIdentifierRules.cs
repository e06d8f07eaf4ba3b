using System.Collections.Frozen;
using System.Text;
using Warehouse.Sdk.Sql;

namespace Warehouse.Sdk.Postgres;

/// <summary>PostgreSQL reads plain lower-case names as they are; everything else is quoted. Names that it would cut off are refused.</summary>
internal sealed class PostgresIdentifierRules : IdentifierRules
{
    /// <summary>The longest name that the server keeps whole, in bytes of UTF-8.</summary>
    public const int MaximumBytes = 63;

    public static PostgresIdentifierRules Instance { get; } = new();

    public override void Append(StringBuilder text, Identifier identifier)
    {
        if (Problem(identifier) is { } problem)
            throw new WarehouseModelException($"The model does not fit PostgreSQL: {problem}. Nothing was changed. Give it a shorter name in the model.");
        if (IsPlain(identifier.Value) && !ReservedWords.Contains(identifier.Value))
            text.Append(identifier.Value);
        else
            AppendQuoted(text, identifier);
    }

    /// <summary>Refuses a model with names that the server would cut off, all of them at once.</summary>
    public static void ExpectShortNames(DimensionalModel model)
    {
        string[] problems =
        [
            .. from table in model.Schemas
               from name in table.Columns.Select(column => column.Name).Prepend(table.Name.Name).Prepend(table.Name.Schema)
               let problem = Problem(name)
               where problem is not null
               select $"{table.Name}: {problem}",
            .. from dimension in model.Dimensions
               from view in new[] { dimension.CurrentView, dimension.AsOfFunction }.OfType<QualifiedName>()
               let problem = Problem(view.Name)
               where problem is not null && Problem(dimension.Name.Name) is null
               select $"{dimension.Name}: of its history view {problem} (or leave the views out: WithoutHistoryViews())",
        ];
        if (problems.Length > 0)
            throw new WarehouseModelException(model.Name, [.. problems.Distinct()]);
    }

    private static string? Problem(Identifier identifier)
    {
        int bytes = Encoding.UTF8.GetByteCount(identifier.Value);
        return bytes <= MaximumBytes ? null : FormattableString.Invariant($"the name '{identifier.Value}' has {bytes} bytes, and PostgreSQL keeps {MaximumBytes} and cuts off the rest");
    }

    private static bool IsPlain(string name)
        => (char.IsAsciiLetterLower(name[0]) || name[0] == '_') && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '_');

    // pg_get_keywords() of PostgreSQL 15, all categories but "unreserved", and what later versions have added to them.
    internal static FrozenSet<string> ReservedWords { get; } = FrozenSet.ToFrozenSet(PostgresReservedWords.All.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), StringComparer.Ordinal);
}
