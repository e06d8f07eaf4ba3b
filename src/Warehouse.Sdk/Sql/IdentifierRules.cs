using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Text;

namespace Warehouse.Sdk.Sql;

/// <summary>How one engine writes names. The only path by which a name becomes SQL.</summary>
public abstract class IdentifierRules
{
    /// <summary>Appends a name so that the engine reads exactly this name.</summary>
    /// <param name="text">The statement in the making.</param>
    /// <param name="identifier">The name.</param>
    public abstract void Append(StringBuilder text, Identifier identifier);

    /// <summary>Turns an interpolated string of literals, identifiers and other pieces into SQL.</summary>
    /// <param name="text">The interpolated string.</param>
    [SuppressMessage("Performance", "CA1822:Mark members as static", Justification = "The compiler hands this instance to the handler.")]
    public SqlText Sql([InterpolatedStringHandlerArgument("")] SqlTextHandler text) => text.ToSqlText();

    /// <summary>A name between double quotes, inner quotes doubled: the SQL standard's form.</summary>
    /// <param name="text">The statement in the making.</param>
    /// <param name="identifier">The name.</param>
    protected static void AppendQuoted(StringBuilder text, Identifier identifier)
    {
        ArgumentNullException.ThrowIfNull(text);
        text.Append('"').Append(identifier.Value.Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
    }
}
